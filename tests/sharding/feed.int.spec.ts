import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Commit, Feed, type FeedCursor, FeedCursors } from '@orrery/application';
import { until } from '../e2e/support/until.js';
import { HANDLERS, SHAPES } from './support/shapes.js';
import { type ShardedProcess, openProcess } from './support/sharded-process.js';
import { type TwoDatabases, idIn, shardOf, twoDatabases } from './support/two-databases.js';

let databases: TwoDatabases;
let process: ShardedProcess;
beforeAll(async () => {
  databases = await twoDatabases();
  process = await openProcess(databases.shards, HANDLERS);
}, 60_000);
afterAll(async () => {
  await process.close();
  await databases.drop();
});

const [chain] = SHAPES as [(typeof SHAPES)[number]];

async function run(id?: string): Promise<string> {
  const started = await process.start({ definition: chain.document, ...(id ? { id: id as never } : {}) });
  await process.ended(started);
  return started;
}

async function committed(): Promise<number> {
  const counts = await Promise.all(
    ['east', 'west'].map((name) => databases.ask<{ count: number }>(name, 'select count(*)::int from commits')),
  );
  return counts.reduce((sum, [row]) => sum + row!.count, 0);
}

/** All that there is after a cursor, whose token goes out and comes back with every page. */
async function readOn(from: FeedCursor, limit: number) {
  const { log } = process.orchestration.ports;
  const feed = new Feed(log);
  const tokens = new FeedCursors(await log.epoch());
  const commits: Commit[] = [];
  let cursor = from;
  for (;;) {
    const page = await feed.read(cursor, limit);
    commits.push(...page.commits);
    cursor = tokens.read(tokens.write(page.next));
    if (!page.more) return { commits, cursor };
  }
}

describe('A feed over two databases', () => {
  it('has every commit once, those of each stream in order, and goes on where it was', async () => {
    for (let n = 0; n < 20; n += 1) await run();
    const { start } = new Feed(process.orchestration.ports.log);
    await until(async () => (await readOn(start, 100)).commits.length === (await committed()));
    const { commits, cursor } = await readOn(start, 6);
    const versions = new Map<string, number>();
    for (const { stream, firstVersion, lastVersion } of commits) {
      expect(firstVersion).toBe((versions.get(stream) ?? 0) + 1);
      versions.set(stream, lastVersion);
    }
    expect([...cursor.keys()]).toEqual(['east', 'west']);
    expect((await readOn(cursor, 6)).commits).toEqual([]);

    const [inEast, inWest] = [await run(idIn('east')), await run(idIn('west'))];
    await until(async () => (await readOn(start, 100)).commits.length === (await committed()));
    const later = await readOn(cursor, 6);
    expect(new Set(later.commits.map(({ stream }) => stream))).toEqual(new Set([inEast, inWest]));
    // Each database moved its own place alone.
    expect(new Set(later.commits.map(({ stream }) => shardOf(stream))).size).toBe(2);
  }, 60_000);
});
