import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { Engine, ask, populate } from './backup.harness.js';
import { checkIntegrity } from './check-integrity.js';

let source: TestDatabase;
beforeAll(async () => {
  source = await testDatabase();
});
afterAll(() => source.drop());

// Every damage is taken back by a copy of what was there.
const TABLES = ['commits', 'runs', 'definition_contents', 'open_tasks', 'dead_letters'];
const KEEP = [
  'create schema kept',
  ...TABLES.map((table) => `create table kept.${table} as table public.${table}`),
].join(';');
const TAKE_BACK = TABLES.map(
  (table) => `delete from public.${table}; insert into public.${table} overriding system value table kept.${table}`,
).join(';');
const LOST_TASK = `
  insert into open_tasks (workflow, since, ordinal, attempt, priority, namespace, status, key, type)
  values (gen_random_uuid(), now(), 0, 1, 1, 'default', 'queued', 'k', 't')`;

describe('A check of integrity', () => {
  it('finds nothing wrong with what was never touched, and everything that was', async () => {
    const engine = await Engine.over(source.url);
    const ids = await populate(engine);
    await engine.close();
    const check = async () => (await checkIntegrity({ databaseUrl: source.url })).faults.join('\n');
    expect(await check()).toBe('');
    const { ended, undone } = ids;
    const row = (id: string) => `stream_id = '${id}' and first_version =
      (select min(first_version) from commits where stream_id = '${id}')`;
    const damages: [string, string][] = [
      [
        `update commits set events = replace(events::text, '"team"', '"tame"')::json where ${row(ended)}`,
        'chain of hashes',
      ],
      [`update commits set last_version = last_version + 1 where ${row(ended)}`, 'do not add up'],
      [`update commits set partition = (partition + 1) % 16 where ${row(ended)}`, 'where nobody looks for it'],
      [`delete from commits where ${row(undone)}`, 'version 1 is missing'],
      [`update runs set version = 99 where id = '${ended}'`, 'a version that it never had'],
      [`delete from runs where id = '${undone}'`, 'is not listed as it is'],
      [
        `delete from definition_contents where hash = (select definition_hash from runs where id = '${ended}')`,
        'content is missing',
      ],
      [`update definition_contents set document = '{"other":1}'`, 'not what its hash says'],
      [LOST_TASK, 'and is not listed'],
      [`update dead_letters set version = 99 where id = '${ids.letter}'`, 'a version that it never had'],
      [`delete from dead_letters where id = '${ids.letter}'`, 'is not listed as it is'],
      [`update runs set id = '${ids.deleted}' where id = '${ended}'`, 'was deleted'],
    ];
    await ask(source.url, KEEP);
    for (const [damage, finding] of damages) {
      await ask(source.url, damage);
      expect([damage, await check()]).toEqual([damage, expect.stringContaining(finding)]);
      await ask(source.url, TAKE_BACK);
    }
    expect(await check()).toBe('');
  }, 60_000);
});
