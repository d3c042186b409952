import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { Client } from 'pg';
import { build } from '../e2e/support/standalone.js';

jest.setTimeout(180_000);

const root = fileURLToPath(new URL('../..', import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  build('benchmark', 'standalone', 'api');
  database = await testDatabase();
});
afterAll(() => database.drop());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A script of the repository, on the server of the tests. */
async function run(script: string, ...args: string[]): Promise<Ended> {
  const env = { ...process.env, DATABASE_URL: database.url };
  const program = promisify(execFile)(process.execPath, [script, ...args], { cwd: root, env });
  return program.then(
    (said) => ({ code: 0, ...said }),
    (error: Ended) => error,
  );
}

/** Runs of a tiny size miss targets or not: what is looked at is that it measured, and said so in its last line. */
async function figuresOf(name: string, ...args: string[]): Promise<unknown> {
  const { stdout, stderr } = await run(`benchmarks/${name}.mjs`, ...args);
  expect(stderr).toBe('');
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
}

async function databasesLeft(): Promise<readonly string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    `select datname from pg_database where starts_with(datname, current_database() || '_')`,
  );
  await client.end();
  return rows.map(({ datname }) => datname);
}

/** The system counts processor time in hundredths of a second: of fewer runs it may count none at all. */
const ENOUGH = '400';

const number = expect.any(Number);
const used = { cpuMs: number, nodeMs: number, postgresMs: number };
const common = { ok: expect.any(Boolean), machine: { cores: number, node: expect.any(String), loadAverage: number } };

describe('The benchmarks', () => {
  it('log: a long log beside an empty one, and the room of a task', async () => {
    const told = await figuresOf('log', '--n', ENOUGH, '--pairs', '1', '--commits', '1000');
    expect(told).toMatchObject({
      ...common,
      benchmark: 'log',
      ratio: number,
      bytesPerTask: { written: number, long: number },
      samples: [{ empty: used, long: used, ratio: number }],
    });
    expect((told as { commits: number }).commits).toBeGreaterThanOrEqual(1_000);
  });

  it('processes: two beside one', async () => {
    const samples = [{ one: used, apart: used, two: used, ratio: number }];
    const result = { n: number, ratio: number, besideApart: number, samples };
    expect(await figuresOf('processes', '--n', ENOUGH, '--pairs', '1')).toMatchObject({
      ...common,
      benchmark: 'processes',
      results: [
        { work: 'chain10', ...result },
        { work: 'single', ...result },
      ],
    });
  });

  it('recovery: every run is taken up', async () => {
    expect(await figuresOf('recovery', '--n', '20', '--due', '8')).toMatchObject({
      ...common,
      benchmark: 'recovery',
      n: 20,
      timers: 10,
      readyMs: number,
      allMs: number,
    });
  });

  it('timers: every one fires, and none too early', async () => {
    const figures = { n: 20, p50Ms: number, p99Ms: number, early: 0 };
    expect(await figuresOf('timers', '--n', '20', '--seconds', '1')).toMatchObject({
      ...common,
      benchmark: 'timers',
      ok: true,
      ...figures,
    });
  });

  it('live: nothing is missing and nothing comes twice, though the api is killed', async () => {
    const figures = { gaps: 0, repeats: 0, misplaced: 0, p99Ms: number, backMs: [number, number] };
    const told = await figuresOf('live', '--subscribers', '5', '--seconds', '3', '--deliveries', '1500');
    expect(told).toMatchObject({ ...common, benchmark: 'live', ok: true, ...figures });
    expect((told as { told: number }).told).toBeGreaterThan(1_000);
  });

  it('leave no database behind', async () => {
    expect(await databasesLeft()).toEqual([]);
  });

  it('refuse options that make no sense', async () => {
    const { code, stderr } = await run('benchmarks/log.mjs', '--work', 'chain11');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--work must be chain10 or single, and is "chain11"\.\nnpm run bench:log -- /);
    expect((await run('benchmarks/timers.mjs', '--n', '0')).stderr).toMatch(/--n must be a whole number from 1/);
  });
});

/** Three runs of a work by the peer, over a database of its own. */
async function peerRuns(variant: string, work: string): Promise<unknown> {
  const own = await testDatabase();
  const { stdout, stderr } = await run('tests/benchmarks/support/drive-peer.mjs', own.url, variant, work, '3');
  expect(stderr).toBe('');
  await own.drop();
  return JSON.parse(stdout);
}

describe('The peer', () => {
  it.each([
    ['library', 'saga', [], 'compensated'],
    ['server', 'saga', ['server', 'worker'], 'compensated'],
    ['server', 'fan100', ['server', 'worker'], 'completed'],
  ])('as a %s runs %s', async (variant, work, groups, outcome) => {
    expect(await peerRuns(variant, work)).toMatchObject({ groups, outcomes: [outcome, outcome, outcome] });
  });

  it('refuses a variant that there is not', async () => {
    const { stderr } = await run('tests/benchmarks/support/drive-peer.mjs', database.url, 'cluster', 'saga', '1');
    expect(stderr).toMatch(/--variant is library or server or amqp or amqp-heard or amqp-no-events, and not "cluster"/);
  });
});

describeBroker('The peer over RabbitMQ', (brokerAt) => {
  const given = process.env['AMQP_URL'];
  beforeAll(() => void (process.env['AMQP_URL'] = brokerAt));
  afterAll(() => {
    if (given === undefined) delete process.env['AMQP_URL'];
    else process.env['AMQP_URL'] = given;
  });

  it.each([
    ['amqp', ['server', 'worker']],
    ['amqp-heard', ['listener', 'server', 'worker']],
    ['amqp-no-events', ['server', 'worker']],
  ])('as %s runs saga', async (variant, groups) => {
    const outcomes = Array(3).fill('compensated');
    expect(await peerRuns(variant, 'saga')).toMatchObject({ groups, outcomes });
  });
});
