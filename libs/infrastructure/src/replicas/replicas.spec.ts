import { describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { SystemClock } from '../system/system-clock.js';
import { Replica } from './replica.js';
import { Replicas } from './replicas.js';

const named = (name: string) => ({ name }) as unknown as Pool;
const nameOf = async (pool: Pool) => (pool as unknown as { name: string }).name;

function replicasWith(lags: { readonly [name: string]: number | null }) {
  const read: string[] = [];
  const all = Object.entries(lags).map(([name, lagMs]) => {
    const replica = new Replica(name, named(name));
    replica.becomes({ isUsed: lagMs !== null, lagMs });
    return replica;
  });
  const replicas = new Replicas(all, new SystemClock(), (name, outcome) => void read.push(`${name} ${outcome}`));
  const ask = (more = {}) =>
    replicas.ask({ replica: nameOf, primary: async () => 'primary', isEnough: () => true, ...more });
  return { replicas, all, read, ask };
}

describe('a question', () => {
  it('goes to each replica in its turn', async () => {
    const { ask } = replicasWith({ a: 0, b: 0 });
    const asked = [await ask(), await ask(), await ask(), await ask()];
    expect(asked.filter((name) => name === 'a')).toHaveLength(2);
    expect(asked.filter((name) => name === 'b')).toHaveLength(2);
  });

  it('goes to the least busy of them', async () => {
    const { all, ask } = replicasWith({ a: 0, b: 0 });
    void all[0]!.try(() => new Promise(() => undefined));
    expect([await ask(), await ask(), await ask()]).toEqual(['b', 'b', 'b']);
  });

  it('goes to the primary when no replica is read from, or all are further behind than it may be', async () => {
    expect(await replicasWith({}).ask()).toBe('primary');
    expect(await replicasWith({ a: null }).ask()).toBe('primary');
    const { ask, read } = replicasWith({ a: 500, b: 20 });
    expect([await ask({ lagMaxMs: 10 }), await ask({ lagMaxMs: 100 })]).toEqual(['primary', 'b']);
    expect(read).toEqual(['b answered']);
  });

  it('goes to the primary after a failure, in the same request', async () => {
    const { ask, read } = replicasWith({ a: 0, b: 0 });
    const replica = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    expect(await ask({ replica })).toBe('primary');
    expect(read).toEqual([expect.stringMatching(/^[ab] failed$/)]);
  });

  it('goes to the primary when the answer is not new enough; where it may wait, after it has waited', async () => {
    const { ask, read } = replicasWith({ a: 0 });
    expect(await ask({ isEnough: () => false })).toBe('primary');
    expect(read).toEqual(['a behind']);
    expect(await ask({ isEnough: () => false, waitMs: 60 })).toBe('primary');
    expect(read.length).toBeGreaterThan(2);
    let looks = 0;
    expect(await ask({ isEnough: () => (looks += 1) > 1, waitMs: 10_000 })).toBe('a');
  });
});
