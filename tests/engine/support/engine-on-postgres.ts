import {
  ANONYMOUS,
  GetWorkflowResult,
  ListWorkflows,
  LocalWorker,
  SubmitWorkflow,
  type TaskHandler,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type JsonObject, type StreamId, type WorkflowEvent } from '@orrery/domain';
import { type OrchestrationOptions, openOrchestration } from '@orrery/infrastructure';
import { Client } from 'pg';

export type EngineOnPostgres = Awaited<ReturnType<typeof openEngine>>;

/** An engine over a real database, with its workers beside it. */
export async function openEngine(
  databaseUrl: string,
  handlers: { readonly [type: string]: TaskHandler },
  more: Pick<OrchestrationOptions, 'exchange' | 'observers'> = {},
) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const open = await openOrchestration({ databaseUrl, version: 'test', onError, ...more });
  await open.start();
  const { dispatcher, ports, commandHandlers, queryHandlers } = open.orchestration;
  const who = { workerId: 'local', namespace: DEFAULT_NAMESPACE, concurrency: 50 };
  const worker = new LocalWorker(dispatcher, new Map(Object.entries(handlers)), who, onError);
  worker.start();
  return {
    errors,
    owned: () => ports.ownership.owned(),
    /** Starts a run; with a key as often as it takes. */
    async submit(definition: JsonObject, idempotencyKey?: string): Promise<StreamId> {
      const context = idempotencyKey === undefined ? ANONYMOUS : { ...ANONYMOUS, idempotencyKey };
      return (await commandHandlers.submitWorkflow.execute(new SubmitWorkflow(context, { definition }))).id;
    },
    async ended(id: StreamId, waitMs = 60_000) {
      return queryHandlers.getWorkflowResult.execute(new GetWorkflowResult(ANONYMOUS, id, waitMs));
    },
    async counts() {
      const listing = { filter: {}, page: { limit: 1 } };
      return (await queryHandlers.listWorkflows.execute(new ListWorkflows(ANONYMOUS, listing))).counts;
    },
    async close(): Promise<void> {
      await worker.stop();
      await open.close();
    },
    /** Leaves what its workers do where it is. */
    leave: () => open.close(),
  };
}

/** A session of somebody else's. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'somebody else' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

interface Row {
  readonly stream_id: string;
  readonly first_version: number;
  readonly last_version: number;
  readonly events: WorkflowEvent[];
}

/** What is wrong with the log: versions with gaps, attempts with two outcomes, runs that have not ended. */
export async function faultsOf(url: string): Promise<string[]> {
  const client = await connect(url);
  const { rows } = await client.query<Row>('select * from commits order by stream_id, first_version');
  await client.end();
  const faults: string[] = [];
  const byStream = new Map<string, Row[]>();
  for (const row of rows) byStream.set(row.stream_id, [...(byStream.get(row.stream_id) ?? []), row]);
  for (const [stream, commits] of byStream) faults.push(...faultsIn(commits).map((fault) => `${stream}: ${fault}`));
  return faults;
}

function faultsIn(commits: readonly Row[]): string[] {
  const faults: string[] = [];
  const outcomes = new Set<string>();
  let version = 0;
  for (const { first_version: first, last_version: last, events } of commits) {
    if (Number(first) !== version + 1) faults.push(`version ${first} after ${version}`);
    version = Number(last);
    for (const event of events) {
      if (!['TaskCompleted', 'TaskFailed', 'TaskWithdrawn'].includes(event.type)) continue;
      const { task, attempt } = event as { task: number; attempt: number };
      if (outcomes.has(`${task}.${attempt}`)) faults.push(`attempt ${attempt} of ${task} ended twice`);
      outcomes.add(`${task}.${attempt}`);
    }
  }
  const { type } = commits.at(-1)!.events.at(-1)!;
  if (!/^Workflow(Completed|Failed|Compensated|Cancelled)$/.test(type)) faults.push(`ends with ${type}`);
  return faults;
}
