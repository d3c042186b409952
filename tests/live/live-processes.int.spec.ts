import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describeRedis } from '@orrery/infrastructure/testing/describe-redis';
import { EventSource } from 'eventsource';
import { Client } from 'pg';
import { WebSocket } from 'ws';
import { until } from '../e2e/support/until.js';
import { type LiveProcess, openLive } from './support/live-process.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
}, 60_000);
afterAll(() => database.drop());

const STEPS = {
  orrery: 'v1',
  name: 'steps',
  tasks: { one: { type: 'noop' }, two: { type: 'sleep', input: { duration: '20ms' }, dependsOn: ['one'] } },
};
const TEAMS = ['sky', 'sea', 'sun'];

/** What somebody heard, each event as `<stream>:<version>`, and the last cursor. */
interface Heard {
  readonly events: string[];
  cursor?: string;
}

interface Item {
  readonly cursor: string;
  readonly workflowId: string | null;
  readonly correlationId: string;
  readonly version: number;
}

function hear(heard: Heard, { cursor, workflowId, correlationId, version }: Item): void {
  heard.events.push(`${workflowId ?? correlationId}:${version}`);
  heard.cursor = cursor;
}

/** A page that follows everything, by nothing but an EventSource. */
function page(url: string): Heard & { close(): void } {
  const heard: Heard = { events: [] };
  const source = new EventSource(`${url}/sse/events?after=start`);
  source.onmessage = ({ data }) => hear(heard, JSON.parse(data) as Item);
  return Object.assign(heard, { close: () => source.close() });
}

/** A program that follows one label over a socket, and connects again wherever it was. */
function program(url: () => string, label: string): Heard & { close(): void } {
  const heard: Heard = { events: [] };
  let isOver = false;
  let socket: WebSocket;
  const connect = () => {
    socket = new WebSocket(`${url().replace('http', 'ws')}/ws`);
    socket.on('open', () => {
      socket.send('{"type":"hello"}');
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', filter: { label }, after: heard.cursor ?? 'start' }));
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { type: string; event: Item; cursors: { [id: string]: string } };
      if (frame.type === 'event') hear(heard, frame.event);
      if (frame.type === 'heartbeat') heard.cursor = frame.cursors['1'] ?? heard.cursor;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => (isOver ? undefined : setTimeout(connect, 20)));
  };
  connect();
  return Object.assign(heard, {
    close() {
      isOver = true;
      socket.terminate();
    },
  });
}

/** Every event of these streams, or of all, in the order of the log. */
async function recorded(streams?: ReadonlySet<string>): Promise<readonly string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ stream_id: string; first_version: number; last_version: number }>(
    'select stream_id, first_version, last_version from commits order by transaction_id, position',
  );
  await client.end();
  return rows
    .filter(({ stream_id }) => streams?.has(stream_id) ?? true)
    .flatMap(({ stream_id, first_version: first, last_version: last }) =>
      Array.from({ length: last - first + 1 }, (_, index) => `${stream_id}:${first + index}`),
    );
}

/** Runs begin and end in one process, while others tell of them whose APIs stop and come back. */
async function followThroughStops(engine: LiveProcess, one: LiveProcess, other: LiveProcess): Promise<void> {
  const everything = page(one.url);
  const labelled = TEAMS.map((team) => program(() => other.url, `team:${team}`));
  const runs = new Map(TEAMS.map((team) => [team, new Set<string>()]));
  const startSome = async (many: number) => {
    for (let n = 0; n < many; n += 1) {
      const team = TEAMS[n % TEAMS.length]!;
      runs.get(team)!.add((await engine.post('/workflows', { definition: 'steps', labels: { team } })).id);
    }
  };
  for (const process of [one, other]) {
    await startSome(30);
    await Promise.all([startSome(30), process.restartApi()]);
  }
  const all = async () => (await recorded()).length;
  const { viewReader } = engine.orchestration.ports;
  await until(async () => {
    const { counts } = await viewReader.countRuns({ namespace: 'default' as never, status: ['running'] });
    return (counts.running ?? 0) === 0 && everything.events.length >= (await all());
  });
  expect(everything.events).toEqual(await recorded());
  for (const [index, team] of TEAMS.entries()) {
    const wanted = (await recorded()).filter((name) => isOf(runs.get(team)!, name));
    // Runs of earlier specs have the same labels.
    const told = () => labelled[index]!.events.filter((name) => isOf(runs.get(team)!, name));
    await until(async () => told().length >= wanted.length);
    expect(told()).toEqual(wanted);
    expect(new Set(labelled[index]!.events).size).toBe(labelled[index]!.events.length);
  }
  for (const heard of [everything, ...labelled]) heard.close();
}

const isOf = (streams: ReadonlySet<string>, name: string) => streams.has(name.split(':')[0]!);

async function threeProcesses(redisUrl?: string): Promise<void> {
  const engine = await openLive(database.url, { redisUrl, isAtWork: true });
  const [one, other] = [await openLive(database.url, { redisUrl }), await openLive(database.url, { redisUrl })];
  await engine.post('/definitions', STEPS);
  await followThroughStops(engine, one, other);
  for (const process of [one, other, engine]) await process.close();
  expect([one, other, engine].flatMap(({ errors }) => errors)).toEqual([]);
}

describe('What is committed in one process', () => {
  it('is told by all others, once and in order, whatever stops and comes back', () => threeProcesses(), 120_000);
});

describeRedis('With a Redis between them, what is committed in one process', (redisUrl) => {
  it('is told by all others as well', () => threeProcesses(redisUrl), 120_000);
});
