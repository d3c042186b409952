import {
  type ChildRequest,
  CompleteTask,
  FailTask,
  type Failure,
  Invalid,
  type Json,
  type Namespace,
  OrreryError,
  type Parent,
  StartWorkflow,
  type StreamId,
  Unavailable,
  type WorkflowCommand,
  hasEnded,
  taskId,
} from '@orrery/domain';
import type { Client } from '../kernel/envelope.js';
import { bodyHash } from '../kernel/new-ids.js';
import { type StreamKey, keyOf } from '../kernel/ports/log.js';
import { resolveStart } from './commands/resolve-start.js';
import type { EngineCommands } from './engine-commands.js';
import type { EngineKernel } from './engine-kernel.js';
import type { RunEnding } from './run-endings.js';
import type { RunReader } from './views/run-reader.js';

/** A child to be started: for whom, what it runs, and what it takes over from its parent. */
export interface ChildStart {
  readonly key: StreamKey;
  readonly parent: Parent;
  readonly request: ChildRequest;
  readonly priority: number;
  readonly traceparent: string | undefined;
}

/**
 * Carries what runs and their children have to say to each other, until it is decided: what goes to one child in the order
 * in which it was said. All of it may be said again.
 */
export class ChildRuns {
  private readonly pending = new Map<string, Promise<void>>();

  constructor(
    private readonly kernel: EngineKernel,
    private readonly commands: EngineCommands,
    private readonly runs: RunReader,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Starts a child. One that was started before and has ended since tells its parent again. */
  start(child: ChildStart): void {
    const parent = { namespace: child.key.namespace, stream: child.parent.workflow as StreamId };
    const start = async () => (this.isOurs(parent) ? this.startOrFail(child) : undefined);
    this.inOrder(child.key, () => this.commands.untilReached(start));
  }

  /** Sends a command to a child, as the owner of that run, which is as a rule its parent. */
  send(key: StreamKey, command: WorkflowCommand, run: StreamKey): void {
    this.inOrder(key, () => this.sent(key, command, () => this.isOurs(run)));
  }

  /** Tells a parent how its child ended; what nobody remembers of that is read. */
  tell(key: StreamKey, parent: Parent, ending?: RunEnding): void {
    this.inOrder(key, () => this.commands.untilReached(() => this.told(key, parent, ending)));
  }

  /** Resolves when everything that has been said by now is decided. */
  async idle(): Promise<void> {
    await Promise.all(this.pending.values());
  }

  private inOrder(key: StreamKey, work: () => Promise<unknown>): void {
    const name = keyOf(key);
    const before = this.pending.get(name) ?? Promise.resolve();
    const done = before.then(work).then(
      () => undefined,
      (error: unknown) => this.onError(error),
    );
    this.pending.set(name, done);
    void done.then(() => {
      if (this.pending.get(name) === done) this.pending.delete(name);
    });
  }

  /** What waited until its turn may have been overtaken by what the next owner had to say. */
  private isOurs(run: StreamKey): boolean {
    const { aggregates, ownership } = this.kernel;
    return ownership.owned().has(aggregates.partitionOf(run));
  }

  private async startOrFail(child: ChildStart): Promise<void> {
    const { key, parent, request, priority } = child;
    try {
      const start = await resolveStart(this.kernel, key.namespace, request);
      const { labels } = request;
      const data = { id: key.stream, ...start, ...(labels ? { labels } : {}), priority, parent };
      const { handle, workflows } = this.kernel;
      const command = new StartWorkflow(data);
      const envelope = { ...key, type: workflows, command, client: clientOf(child), begins: true };
      if ((await handle.handle(envelope)).changed) return;
    } catch (error) {
      if (!(error instanceof OrreryError) || error instanceof Unavailable) throw error;
      return this.report(key.namespace, parent, { error: { ...refusalOf(error), retryable: false } });
    }
    if (hasEnded((await this.runs.page(key)).state.status!)) await this.told(key, parent);
  }

  private async told(key: StreamKey, parent: Parent, known?: RunEnding): Promise<void> {
    const ending = known ?? (await this.read(key));
    const { status, output } = ending;
    if (status === 'completed') return this.report(key.namespace, parent, { output });
    return this.report(key.namespace, parent, { error: failureOf(key.stream, ending) });
  }

  private async read(key: StreamKey): Promise<RunEnding> {
    const { state, output, error } = await this.runs.page(key);
    return { status: state.status!, output, error };
  }

  private report(
    namespace: Namespace,
    { workflow, task, attempt }: Parent,
    outcome: { readonly output: Json } | { readonly error: Failure & { retryable?: boolean } },
  ): Promise<void> {
    const command =
      'output' in outcome
        ? new CompleteTask({ task, attempt, output: outcome.output })
        : new FailTask({ task, attempt, error: outcome.error });
    return this.sent({ namespace, stream: workflow as StreamId }, command);
  }

  private sent(
    { namespace, stream: workflow }: StreamKey,
    command: WorkflowCommand,
    isMeant?: () => boolean,
  ): Promise<void> {
    const run = { namespace, workflow };
    return new Promise((resolve) => this.commands.sendUntilDone(run, command, () => resolve(), isMeant));
  }
}

/** The start of a child is the same however often it comes, also when its definition has another version by then. */
function clientOf({ key, parent, traceparent }: ChildStart): Client {
  const causation = `${taskId(parent.workflow as StreamId, parent.task)}.${parent.attempt}`;
  const body = bodyHash('StartChild', causation);
  return { id: key.stream, body, actor: 'engine', causation, correlation: parent.workflow, traceparent };
}

/** So many faults of an input are told: the rest are of the same kind, as a rule. */
const FAULTS_TOLD = 3;

/** Why a child cannot be started. Nobody but its parent's reader hears of it, so it says what is wrong, and where. */
function refusalOf(error: OrreryError): Failure {
  const faults = error instanceof Invalid ? error.faults : [];
  const told = faults.slice(0, FAULTS_TOLD).map(({ pointer, message }) => `${pointer} ${message}`.slice(0, 300));
  const more = faults.length > FAULTS_TOLD ? [`${faults.length - FAULTS_TOLD} more`] : [];
  const message = told.length === 0 ? error.message : `${error.message}: ${[...told, ...more].join('; ')}`;
  return { code: error.code, message };
}

/** Why an attempt failed whose run did not complete. */
function failureOf(workflowId: StreamId, { status, error }: RunEnding): Failure {
  const why = error === null ? '' : `: ${error.message}`;
  const details: Json = { workflowId, status, ...(error === null ? {} : { code: error.code }) };
  return { code: `child.${status}`, message: `its run ${workflowId} ended ${status}${why}`, details };
}
