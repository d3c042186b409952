import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, GetWorkflowResult, LocalWorker, SubmitWorkflow } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { Client } from 'pg';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { type OpenOrchestration, openOrchestration } from './open-orchestration.js';

let database: TestDatabase;
let open: OpenOrchestration[];
let warnings: string[];
let errors: unknown[];

beforeEach(async () => {
  database = await testDatabase();
  open = [];
  warnings = [];
  errors = [];
});

// Dropping it fails when a connection was left open.
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  await database.drop();
});

async function openHere(partitions?: number): Promise<OpenOrchestration> {
  const opened = await openOrchestration({
    databaseUrl: database.url,
    version: '0.0.0-test',
    partitions,
    onError: (error) => errors.push(error),
    onWarning: (words) => warnings.push(words),
  });
  open.push(opened);
  return opened;
}

const double = {
  orrery: 'v1',
  name: 'double',
  tasks: { it: { type: 'double', input: '${ input.n }' } },
  output: '${ tasks.it.output }',
};

async function runDouble({ orchestration }: OpenOrchestration, n: number) {
  const { commandHandlers, queryHandlers } = orchestration;
  const request = { definition: double, input: { n } };
  const { id } = await commandHandlers.submitWorkflow.execute(new SubmitWorkflow(ANONYMOUS, request));
  return queryHandlers.getWorkflowResult.execute(new GetWorkflowResult(ANONYMOUS, id, 20_000));
}

function workHere({ orchestration: { dispatcher } }: OpenOrchestration): LocalWorker {
  const options = { workerId: 'here', namespace: DEFAULT_NAMESPACE, concurrency: 10 };
  const handlers = new Map([['double', (n: unknown) => Number(n) * 2]]);
  const worker = new LocalWorker(dispatcher, handlers, options, (error) => errors.push(error));
  worker.start();
  return worker;
}

describe('The orchestration over PostgreSQL', () => {
  it('runs a workflow with a worker in the same process, and leaves nothing open', async () => {
    const opened = await openHere();
    await opened.start();
    const worker = workHere(opened);
    expect(await runDouble(opened, 21)).toMatchObject({ status: 'completed', output: 42 });
    await worker.stop();
    expect(errors).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('can be sent to by a process that does not work on it', async () => {
    const engine = await openHere();
    await engine.start();
    const worker = workHere(engine);
    const sender = await openHere();
    expect(await runDouble(sender, 4)).toMatchObject({ status: 'completed', output: 8 });
    await worker.stop();
  });

  it('keeps the number of partitions that its database was made with', async () => {
    const first = await openHere(4);
    expect(first.installation).toMatchObject({ partitions: 4, found: 'new' });
    const second = await openHere(32);
    expect(second.installation).toMatchObject({ partitions: 4, found: 'same' });
    expect(second.orchestration.ports.partitions).toBe(4);
    expect(warnings).toEqual(['ORRERY_PARTITIONS is 32, but the database was made with 4, which is what counts.']);
    await openHere();
    expect(warnings).toHaveLength(1);
  });

  it('warns of a database that has seen a newer release', async () => {
    const client = new Client(database.url);
    await client.connect();
    await client.query(`insert into orrery_migrations (timestamp, name) values (9999, 'FromTheFuture0000000009999')`);
    await client.end();
    await openHere();
    expect(warnings).toEqual(['The database has seen a newer release: FromTheFuture0000000009999 is not known here.']);
  });

  it('does not open over a database that cannot be reached', async () => {
    const nowhere = openOrchestration({
      databaseUrl: 'postgres://127.0.0.1:1/none',
      version: '0',
      onError: () => undefined,
    });
    await expect(nowhere).rejects.toMatchObject({ code: 'database.unreachable' });
  });
});
