import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { START } from '@orrery/application';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../postgres/embedded-postgres.js';
import { migrate } from '../postgres/migrate.js';
import { everything, keysOf, row, streamId } from './log.harness.js';
import { type PostgresHarness, openPostgresLog } from './postgres-log.harness.js';

/** How long the foreign transaction stays open: `ORRERY_PROOF_SECONDS=30` for the whole proof. */
const SECONDS = Number(process.env['ORRERY_PROOF_SECONDS'] ?? 3);
const URGENT_MS = 1_000;
const PATIENCE_MS = SECONDS * 1_000 + 30_000;

// On a server of its own: a horizon belongs to a whole cluster, and other specs read there.
describe(`a foreign transaction that stays open for ${SECONDS} s`, () => {
  let directory: string;
  let server: EmbeddedPostgres;
  let harness: PostgresHarness;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'orrery-horizon-'));
    // Root's server runs as another user, who has to get there.
    await chmod(directory, 0o755);
    server = await openEmbeddedPostgres({
      dataDirectory: join(directory, 'data'),
      stateDirectory: directory,
      keepRunning: false,
    });
    await migrate(server.url);
    harness = await openPostgresLog({}, async () => ({ url: server.url, drop: () => server.stop() }));
  }, 60_000);
  afterAll(async () => {
    await harness?.close();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  it(
    'delays the log’s order, and says for how long, but no urgent read',
    async () => {
      const { log, begin } = harness;
      const foreign = await begin();
      const theirs = row();
      await foreign.append([theirs]);
      const openedAt = Date.now();
      const stream = streamId();
      let version = 0;
      let slowestMs = 0;
      while (Date.now() - openedAt < SECONDS * 1_000) {
        const startedAt = Date.now();
        const mine = row({ stream, firstVersion: version + 1 });
        await log.append([mine]);
        expect(keysOf(await log.readStream(mine, version, 10))).toEqual(keysOf([mine]));
        slowestMs = Math.max(slowestMs, Date.now() - startedAt);
        expect((await log.read(START, 10)).commits).toEqual([]);
        version += 1;
      }
      expect(slowestMs).toBeLessThan(URGENT_MS);
      expect((await log.horizon()).ageMs).toBeGreaterThanOrEqual(SECONDS * 1_000 - 100);
      await foreign.commit();
      expect(await everything(harness)).toHaveLength(version + 1);
      expect((await log.horizon()).ageMs).toBeLessThan(SECONDS * 1_000);
    },
    PATIENCE_MS,
  );
});
