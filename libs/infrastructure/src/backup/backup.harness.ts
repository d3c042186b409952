import {
  ANONYMOUS,
  type ClientCommand,
  GetWorkflowResult,
  ListDeadLetters,
  ListWorkflows,
  LocalWorker,
  SendToWorkflow,
  SubmitDeadLetter,
  SubmitDeletion,
  SubmitWorkflow,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type JsonObject, PauseWorkflow, type StreamId } from '@orrery/domain';
import { Client } from 'pg';
import { until } from '../log/log.harness.js';
import { type OpenOrchestration, openOrchestration } from '../orchestration/open-orchestration.js';

const task = (type: string, rest: object = {}) => ({ type, ...rest });
/** One run of each kind: what waits for a worker, what ends by itself, and what is undone. */
export const WAITS = {
  orrery: 'v1',
  name: 'waits',
  tasks: { first: task('noop', { input: 'done' }), held: task('held', { dependsOn: ['first'] }) },
  output: '${ [tasks.first.output, tasks.held.output] }',
};
export const ENDS = { orrery: 'v1', name: 'ends', tasks: { it: task('noop', { input: 'ü "quoted" \\ \u0000' }) } };
export const UNDONE = {
  orrery: 'v1',
  name: 'undone',
  tasks: {
    book: task('noop', { compensate: task('noop') }),
    pay: task('refused', { dependsOn: ['book'], retry: { maxAttempts: 1 } }),
  },
};

/** An engine over a database, with the words in which specs speak to it. */
export class Engine {
  readonly errors: unknown[] = [];
  private worker: LocalWorker | undefined;

  private constructor(readonly opened: OpenOrchestration) {}

  static async over(databaseUrl: string): Promise<Engine> {
    const errors: unknown[] = [];
    const opened = await openOrchestration({ databaseUrl, version: '0', onError: (error) => errors.push(error) });
    const engine = new Engine(opened);
    await opened.start();
    return engine;
  }

  /** Does the tasks that are held, and fails those that are to fail. */
  work(types: readonly ('held' | 'refused')[]): void {
    const options = { workerId: 'spec', namespace: DEFAULT_NAMESPACE, concurrency: 10 };
    const handlers = { held: () => 'worked', refused: () => Promise.reject(new Error('refused')) };
    const meant = new Map(types.map((type) => [type, handlers[type]]));
    this.worker = new LocalWorker(this.opened.orchestration.dispatcher, meant, options, (error) => {
      this.errors.push(error);
    });
    this.worker.start();
  }

  async start(definition: object, labels: { readonly [name: string]: string } = {}): Promise<StreamId> {
    const request = { definition: definition as JsonObject, labels };
    const submit = new SubmitWorkflow(ANONYMOUS, request);
    return (await this.opened.orchestration.commandHandlers.submitWorkflow.execute(submit)).id;
  }

  async send(id: StreamId, command: ClientCommand): Promise<void> {
    await this.opened.orchestration.commandHandlers.sendToWorkflow.execute(new SendToWorkflow(ANONYMOUS, id, command));
  }

  /** Sets a message aside, and waits until its dead letter is listed. */
  async setAside(): Promise<StreamId> {
    const { commandHandlers, queryHandlers } = this.opened.orchestration;
    const message = { body: 'ü\u0000"', encoding: 'text', headers: {} } as const;
    const why = { queue: 'commands', reason: 'request.unreadable', detail: '\u0000', aside: 'it' } as const;
    const submit = new SubmitDeadLetter(ANONYMOUS, { ...why, message, bytes: 4 });
    const { stream } = (await commandHandlers.submitDeadLetter.execute(submit)).position;
    const query = new ListDeadLetters(ANONYMOUS, { filter: {}, page: { limit: 1 } });
    await until(async () => (await queryHandlers.listDeadLetters.execute(query)).items[0]?.id === stream);
    return stream as StreamId;
  }

  async delete(id: StreamId): Promise<void> {
    await this.opened.orchestration.commandHandlers.submitDeletion.execute(new SubmitDeletion(ANONYMOUS, id));
  }

  result(id: StreamId, waitMs = 10_000) {
    const query = new GetWorkflowResult(ANONYMOUS, id, waitMs);
    return this.opened.orchestration.queryHandlers.getWorkflowResult.execute(query);
  }

  /** The list of runs, by id: where each stands. */
  async listed(): Promise<ReadonlyMap<string, string>> {
    const listing = new ListWorkflows(ANONYMOUS, { filter: {}, page: { limit: 100 } });
    const { items } = await this.opened.orchestration.queryHandlers.listWorkflows.execute(listing);
    return new Map(items.map(({ id, status }) => [id, status]));
  }

  /** Waits until the list says so of a run; `undefined` is that it is not there. */
  async untilListed(id: StreamId, status: string | undefined): Promise<void> {
    await until(async () => (await this.listed()).get(id) === status);
  }

  async close(): Promise<void> {
    await this.worker?.stop();
    await this.opened.close();
  }
}

/** A run of every kind. */
export interface EveryKind {
  readonly waiting: StreamId;
  readonly paused: StreamId;
  readonly ended: StreamId;
  readonly undone: StreamId;
  readonly deleted: StreamId;
  /** Deleted, and its events are gone. */
  readonly forgotten: StreamId;
  /** No run, but a dead letter. */
  readonly letter: StreamId;
}

/** Brings about a run of every kind. */
export async function populate(engine: Engine): Promise<EveryKind> {
  engine.work(['refused']);
  const begin = (definition: object) => engine.start(definition, { team: 'sky' });
  const ids = {
    waiting: await begin(WAITS),
    paused: await begin(WAITS),
    ended: await begin(ENDS),
    undone: await begin(UNDONE),
    deleted: await begin(ENDS),
    forgotten: await begin(ENDS),
    letter: await engine.setAside(),
  };
  await engine.send(ids.paused, new PauseWorkflow({}));
  for (const id of [ids.deleted, ids.forgotten]) {
    // What is not listed yet would look as if it were not listed any more, and be forgotten before the lists have passed it.
    await engine.untilListed(id, 'completed');
    await engine.delete(id);
    await engine.untilListed(id, undefined);
  }
  const { log, viewWriter } = engine.opened.orchestration.ports;
  const gone = { namespace: DEFAULT_NAMESPACE, stream: ids.forgotten };
  await log.forgetAllButLast([gone]);
  await viewWriter.forgetDeleted([gone]);
  await engine.untilListed(ids.undone, 'compensated');
  await engine.untilListed(ids.ended, 'completed');
  await engine.untilListed(ids.paused, 'paused');
  return ids;
}

/** Asks the database itself. */
export async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
