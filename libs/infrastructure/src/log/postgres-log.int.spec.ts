import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { START } from '@orrery/application';
import fc from 'fast-check';
import { Pool } from 'pg';
import { WHICH_ARE_THERE } from './append-statement.js';
import { logContract } from './log.contract.js';
import { everything, inStreamOrder, keysOf, row, rows, streamId } from './log.harness.js';
import { type PostgresHarness, openPostgresLog } from './postgres-log.harness.js';
import { readAhead } from './read-ahead.js';
import { COUNT_RANGE, READ_LOG, READ_STREAM, READ_STREAMS } from './read-statements.js';

logContract('PostgresLog', openPostgresLog);

describe('PostgresLog, in its tables', () => {
  let harness: PostgresHarness;
  beforeAll(async () => {
    harness = await openPostgresLog();
  });
  afterAll(() => harness.close());

  it('keeps any JSON there is', async () => {
    const event = fc.record({
      type: fc.constant('Said'),
      v: fc.constant(1),
      value: fc.jsonValue({ stringUnit: 'binary' }),
      key: fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.double({ noNaN: true }), fc.string()), {
        maxKeys: 5,
      }),
    });
    const batch = fc.array(fc.array(event, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(batch, async (streams) => {
        const given = inStreamOrder(streams.map((events) => row({ events })));
        await harness.log.append(given);
        const read = await harness.log.readStreams(given.map((each) => ({ ...each, version: 0 })));
        expect(read.map(({ events }) => events)).toEqual(given.map(({ events }) => events));
      }),
      { numRuns: 60 },
    );
  });

  it('shows one line an event, whatever its payload', async () => {
    const stream = streamId();
    const events = [{ text: '\u0000 \ud83e' }, { type: 'Inner\u0041' }, { text: '\\u0000 \\\\u0041' }, {}];
    await harness.log.append([
      row({ stream, firstVersion: 5, events: events.map((data) => ({ type: 'Said', v: 1, data })) }),
    ]);
    const { rows: lines } = await harness.pool.query('select version, type from events where stream_id = $1', [stream]);
    expect(lines).toEqual([5, 6, 7, 8].map((version) => ({ version, type: 'Said' })));
  });

  it('waits for all that is to be sorted ahead, longer than for any other page', async () => {
    const [given] = [row({})];
    await harness.log.append([given]);
    const impatient = new Pool({
      connectionString: harness.url,
      options: '-c statement_timeout=200',
      query_timeout: 500,
    });
    const held = await harness.pool.connect();
    await held.query('begin; lock table commits in access exclusive mode');
    const ahead = readAhead(impatient, new Map([[given.partition, START]]))[Symbol.asyncIterator]();
    const first = ahead.next();
    await pause(1_000);
    await held.query('commit');
    held.release();
    expect((await first).value).not.toHaveLength(0);
    await ahead.return(undefined);
    await impatient.end();
  });

  it('bounds a page by what it weighs, but always gives one commit', async () => {
    const { log } = harness;
    const before = (await everything(harness)).at(-1)!.cursor;
    // Nothing that lz4 could make small: 3 MiB a row.
    const text = () => randomBytes(2_359_296).toString('base64');
    const batch = Array.from({ length: 7 }, () => row({ events: [{ type: 'Said', v: 1, text: text() }] }));
    for (const each of batch) await log.append([each]);
    await harness.settled();
    const page = await log.read(before, 100);
    expect(page.more).toBe(true);
    expect(page.commits.length).toBeGreaterThan(1);
    expect(page.commits.length).toBeLessThan(7);
    expect(keysOf([...page.commits, ...(await log.read(page.next, 100)).commits])).toEqual(keysOf(batch));
  });

  it('reads by index, and never the whole table', async () => {
    const { log, pool } = harness;
    for (let round = 0; round < 10; round += 1) await log.append(rows(1_000));
    await pool.query('vacuum analyze commits');
    const some = rows(3);
    const plans = [
      await planOf(pool, READ_LOG.text, ['1', '1', 100, null, '1000000']),
      await planOf(pool, READ_STREAM.text, ['default', some[0]!.stream, 3, 100]),
      await planOf(pool, READ_STREAMS.text, [['default'], [some[0]!.stream], [0]]),
      await planOf(pool, COUNT_RANGE.text, ['1', '1', '5', '5']),
      await planOf(pool, WHICH_ARE_THERE.text, [['default'], [some[0]!.stream]]),
    ];
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on commits/);
    expect(plans[0]).not.toMatch(/Sort/);
    expect(plans[3]).toMatch(/Index Only Scan/);
  });
});

/** The plan that a prepared statement keeps for whatever values come. */
async function planOf(pool: PostgresHarness['pool'], text: string, values: unknown[]): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('set plan_cache_mode = force_generic_plan');
    const { rows: lines } = await client.query(`explain ${text}`, values);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  } finally {
    client.release(true);
  }
}
