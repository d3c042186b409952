// npm run stale-reads -- --pairs 100000 --seed 1: writes and reads over a primary and its replicas, whose replay is
// paused and resumed meanwhile. With --redis a Redis is in front of them, which is emptied, hangs and is killed. The last line is JSON; any answer that was too old is told, and is a failure.
import { parseArgs } from 'node:util';
import { removeTemporaryDirectories, replicatedDatabase } from '@orrery/infrastructure/testing';
import { startPrivateRedis } from '@orrery/infrastructure/testing/redis';
import { staleReads } from '../tests/replicas/support/stale-reads.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    pairs: text,
    seed: text,
    writers: text,
    replicas: text,
    calm: { type: 'boolean' },
    redis: { type: 'boolean' },
  },
});
const number = (said: string | undefined, otherwise: number) => (said === undefined ? otherwise : Number(said));
const plan = {
  pairs: number(values.pairs, 10_000),
  writers: number(values.writers, 32),
  seed: number(values.seed, 1),
  disturbed: values.calm !== true,
};

const redis = values.redis === true ? await startPrivateRedis() : undefined;
const database = await replicatedDatabase(number(values.replicas, 1));
try {
  const { told, ...sum } = await staleReads(database, { ...plan, redis });
  for (const line of told) console.log(line);
  console.log(JSON.stringify({ ...plan, ...sum }));
  process.exitCode = sum.stale > 0 ? 1 : 0;
} finally {
  await redis?.remove();
  await database.stop();
  await removeTemporaryDirectories();
}
