import {
  ANONYMOUS,
  type Context,
  GetWorkflowResult,
  ListWorkflows,
  LocalWorker,
  type Orchestration,
  type Page,
  type RunSummary,
  SendToWorkflow,
  SubmitDefinition,
  SubmitWorkflow,
  type TaskHandler,
  type WorkflowRequest,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type JsonObject, SignalWorkflow, type StreamId } from '@orrery/domain';
import { type ShardAddress, type ShardsOptions, openShards } from '@orrery/infrastructure';
import { PARTITIONS } from './two-databases.js';

export type Handlers = { readonly [type: string]: TaskHandler };

/** A process over several databases, with a worker inside. */
export interface ShardedProcess {
  readonly orchestration: Orchestration;
  readonly errors: unknown[];
  owned(): ReadonlySet<number>;
  register(definition: JsonObject): Promise<void>;
  start(request: WorkflowRequest, context?: Partial<Context>): Promise<StreamId>;
  signal(id: StreamId, name: string): Promise<void>;
  ended(id: StreamId, waitMs?: number): Promise<{ readonly status: string; readonly ended: boolean }>;
  runs(limit: number, cursor?: string): Promise<Page<RunSummary> & { readonly counts: object }>;
  close(): Promise<void>;
}

export interface ProcessOptions extends Pick<ShardsOptions, 'exchange' | 'observers' | 'redis'> {
  readonly concurrency?: number;
  /** It only sends and asks, if it is not. */
  readonly isAtWork?: boolean;
}

export async function openProcess(
  shards: readonly ShardAddress[],
  handlers: Handlers,
  { concurrency = 50, isAtWork = true, ...more }: ProcessOptions = {},
): Promise<ShardedProcess> {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const open = await openShards({ shards, partitions: PARTITIONS, version: 'test', onError, ...more });
  if (isAtWork) await open.start();
  const { orchestration } = open;
  const { dispatcher, share, ports, commandHandlers, queryHandlers } = orchestration;
  const who = { workerId: 'inside', namespace: DEFAULT_NAMESPACE, concurrency };
  const worker = new LocalWorker(dispatcher, new Map(Object.entries(handlers)), who, onError);
  worker.start();
  share.serve(worker);
  return {
    orchestration,
    errors,
    owned: () => ports.ownership.owned(),
    async register(definition) {
      const text = { text: JSON.stringify(definition), format: 'json' } as const;
      await commandHandlers.submitDefinition.execute(new SubmitDefinition(ANONYMOUS, text));
    },
    async start(request, context = {}) {
      const submit = new SubmitWorkflow({ ...ANONYMOUS, ...context }, request);
      return (await commandHandlers.submitWorkflow.execute(submit)).id;
    },
    async signal(id, name) {
      const signal = new SignalWorkflow({ name, payload: null });
      await commandHandlers.sendToWorkflow.execute(new SendToWorkflow(ANONYMOUS, id, signal));
    },
    ended: (id, waitMs = 60_000) =>
      queryHandlers.getWorkflowResult.execute(new GetWorkflowResult(ANONYMOUS, id, waitMs)),
    runs: (limit, cursor) =>
      queryHandlers.listWorkflows.execute(new ListWorkflows(ANONYMOUS, { filter: {}, page: { limit, cursor } })),
    async close() {
      await worker.stop();
      await open.close();
    },
  };
}
