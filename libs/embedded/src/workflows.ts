import {
  GetWorkflow,
  GetWorkflowEvents,
  GetWorkflowResult,
  ListWorkflows,
  SendToWorkflow,
  SubmitDeletion,
  SubmitWorkflow,
  TryOnWorkflow,
  TryWorkflow,
  mustHaveReached,
} from '@orrery/application';
import { API_LIMITS, NO_RUNS, shownRun, shownTrial, start } from '@orrery/contract';
import { DeleteWorkflow, type Json } from '@orrery/domain';
import type {
  CallOptions,
  CancelOptions,
  CommandAnswer,
  CommandName,
  CommandOptions,
  DryRun,
  DryRunOptions,
  OrreryApi,
  Page,
  StartItem,
  StartOptions,
  StartedBatch,
  StartedWorkflow,
  TriedBatch,
  Workflow,
  WorkflowEvent,
  WorkflowListOptions,
  WorkflowPage,
  WorkflowReadOptions,
  WorkflowResult,
  WorkflowSummary,
  WriteOptions,
} from '@orrery/sdk';
import { type Question, RunWatch, allItems } from '@orrery/sdk/parts';
import { idOf, pageOf, question, runPart, workflowsPage } from './arguments.js';
import type { Calls } from './calls.js';
import { body, checked } from './checked.js';
import { commandOf } from './commands.js';
import { dryRunMany, startMany } from './start-many.js';

/** Runs: started, listed, read, waited for and told what to do. */
export class LocalWorkflows extends RunWatch implements Pick<OrreryApi['workflows'], keyof OrreryApi['workflows']> {
  constructor(private readonly calls: Calls) {
    super();
  }

  /** Starts a run of a definition: its name, `name@version`, or a whole document. */
  start(
    definition: string | object,
    { id, input, labels, priority, ...options }: StartOptions & WriteOptions = {},
  ): Promise<StartedWorkflow> {
    const { submitWorkflow } = this.calls.orchestration.commandHandlers;
    return this.calls.write(async () => {
      const request = body(start, { definition, id, input, labels, priority });
      const accepted = await submitWorkflow.execute(new SubmitWorkflow(this.calls.context(options), request));
      const { status, definition: found, position } = accepted;
      return { id: accepted.id, status, definition: found, position: this.calls.written(position) };
    }, options);
  }

  /** Starts up to 1,000 runs at once, as a rule in one commit; each gets an answer of its own, in order. */
  startMany(items: readonly StartItem[], options: WriteOptions = {}): Promise<StartedBatch> {
    return this.calls.write(() => startMany(this.calls, items, options), options);
  }

  /** A page of runs, newest first, and how many there are by status. */
  list({ signal, atLeast, ...options }: WorkflowListOptions = {}): Promise<WorkflowPage> {
    const { listWorkflows } = this.calls.orchestration.queryHandlers;
    const list = async () => {
      const { cursor, limit, include, ...filter } = checked('query', workflowsPage, options);
      const listing = { filter, ...pageOf({ cursor, limit }), atLeast: this.calls.atLeast(atLeast) };
      const page = await listWorkflows.execute(new ListWorkflows(this.calls.context({}), listing, include));
      const counts = { ...NO_RUNS, ...page.counts } as WorkflowPage['counts'];
      const position = this.calls.reached(page.checkpoints);
      return { items: page.items.map(shownRun), nextCursor: page.nextCursor, position, counts };
    };
    return this.calls.read(list, { signal });
  }

  /** All runs that the filter lets through, page after page. */
  all(options: WorkflowListOptions = {}): AsyncGenerator<WorkflowSummary, void, undefined> {
    return allItems((cursor) => this.list({ ...options, cursor }), options.cursor);
  }

  override get(id: string, { signal, atLeast, ...options }: WorkflowReadOptions = {}): Promise<Workflow> {
    const { getWorkflow } = this.calls.orchestration.queryHandlers;
    const get = async () => {
      const { atVersion, tasksCursor = 0, payloads = false } = checked('query', runPart, options);
      const part = { tasksFrom: tasksCursor, payloads };
      const run = await getWorkflow.execute(new GetWorkflow(this.calls.context({}), idOf(id), part, atVersion));
      if (atVersion === undefined) mustHaveReached(this.calls.atLeast(atLeast), run.id, run.version);
      return { ...run, position: this.calls.tokenOf(run.position) };
    };
    return this.calls.read(get, { signal });
  }

  /** Stops a run and undoes what it did. */
  cancel(id: string, { reason, compensate, ...options }: CancelOptions & CommandOptions = {}): Promise<CommandAnswer> {
    return this.send(id, 'cancel', { ...options, reason, compensate });
  }

  /** Lets nothing new start, and its timers stand still. */
  pause(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.send(id, 'pause', options);
  }

  /** Lets a paused run go on. */
  resume(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.send(id, 'resume', options);
  }

  /** Sets a failed run going again. */
  retry(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.send(id, 'retry', options);
  }

  /** Sends a signal, for which a task of the run waits or will wait. */
  signal(id: string, name: string, payload: Json = null, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.send(id, 'signal', { ...options, name, payload });
  }

  /** Deletes a run that has ended: from then on it is gone for everybody. */
  delete(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    const { submitDeletion } = this.calls.orchestration.commandHandlers;
    return this.calls.write(async () => {
      const deletion = new SubmitDeletion(this.calls.context(options), idOf(id));
      const { changed, position } = await submitDeletion.execute(deletion);
      return { id: deletion.workflow, changed, position: this.calls.written(position) };
    }, options);
  }

  /** The events that a command would bring; nothing happens. */
  dryRun(id: string, command: CommandName | 'delete', options: DryRunOptions = {}): Promise<DryRun> {
    const { tryOnWorkflow } = this.calls.orchestration.commandHandlers;
    return this.calls.write(async () => {
      const workflow = idOf(id);
      const { ifVersion } = options;
      const wanted = command === 'delete' ? new DeleteWorkflow({}) : commandOf(command, options);
      const trial = new TryOnWorkflow(this.calls.context({ ifVersion }), workflow, wanted);
      return shownTrial(await tryOnWorkflow.execute(trial)) as DryRun;
    }, options);
  }

  /** The events that a start would bring; nothing is stored, a definition that comes with it neither. */
  dryRunStart(
    definition: string | object,
    { id, input, labels, priority, ...options }: StartOptions & WriteOptions = {},
  ): Promise<DryRun> {
    const { tryWorkflow } = this.calls.orchestration.commandHandlers;
    return this.calls.write(async () => {
      const request = body(start, { definition, id, input, labels, priority });
      const trial = await tryWorkflow.execute(new TryWorkflow(this.calls.context(options), request));
      return shownTrial(trial) as DryRun;
    }, options);
  }

  /** The events that each of many starts would bring, or what is wrong with it. */
  dryRunStartMany(items: readonly StartItem[], options: WriteOptions = {}): Promise<TriedBatch> {
    return this.calls.write(() => dryRunMany(this.calls, items, options), options);
  }

  protected override ask<Answer>(id: string, what: 'events' | 'result', question: Question): Promise<Answer> {
    const { signal, retryForMs } = question;
    const answer = what === 'events' ? () => this.eventsOf(id, question) : () => this.resultOf(id, question);
    return this.calls.read<unknown>(answer, { signal, retryForMs }) as Promise<Answer>;
  }

  private async resultOf(id: string, { atLeast, waitMs, signal }: Question): Promise<WorkflowResult> {
    const { getWorkflowResult } = this.calls.orchestration.queryHandlers;
    const asked = checked('query', question, { waitMs });
    const result = await this.calls.waiting({ signal }, (abandoned) =>
      getWorkflowResult.execute(new GetWorkflowResult(this.calls.context({}), idOf(id), asked.waitMs, abandoned)),
    );
    mustHaveReached(this.calls.atLeast(atLeast), result.id, result.version);
    return result;
  }

  private async eventsOf(id: string, { after, limit, waitMs, signal }: Question): Promise<Page<WorkflowEvent>> {
    const { getWorkflowEvents } = this.calls.orchestration.queryHandlers;
    const asked = checked('query', question, { after, limit, waitMs });
    const most = asked.limit ?? API_LIMITS.pageItemsMax;
    const events = await this.calls.waiting({ signal }, (abandoned) => {
      const context = this.calls.context({});
      const query = new GetWorkflowEvents(context, idOf(id), asked.after ?? 0, most, asked.waitMs, abandoned);
      return getWorkflowEvents.execute(query);
    });
    const items = events.map((event) => ({ ...event, position: this.calls.tokenOf(event.position) }));
    const last = items.at(-1);
    const nextCursor = last && items.length === most ? String(last.version) : null;
    return { items, nextCursor, position: last?.position ?? null };
  }

  private send(
    id: string,
    command: CommandName,
    options: CommandOptions & Omit<DryRunOptions, keyof CallOptions>,
  ): Promise<CommandAnswer> {
    const { sendToWorkflow } = this.calls.orchestration.commandHandlers;
    return this.calls.write(async () => {
      const sent = new SendToWorkflow(this.calls.context(options), idOf(id), commandOf(command, options));
      const { changed, position } = await sendToWorkflow.execute(sent);
      return { id: sent.workflow, changed, position: this.calls.written(position) };
    }, options);
  }
}
