import { describe, expect, it } from '@jest/globals';
import { Invalid } from '@orrery/domain';
import type { Pool } from 'pg';
import { Replica } from './replica.js';

const WELL = { isUsed: true, lagMs: 0 };

function wellReplica() {
  const replica = new Replica('one:5432', {} as Pool);
  const lost: string[] = [];
  replica.onLost = () => void lost.push(replica.state.reason!);
  replica.becomes(WELL);
  return { replica, lost };
}

const fails = (error: unknown) => () => Promise.reject(error);
const ofServer = (code: string) => Object.assign(new Error('the server said so'), { code, severity: 'ERROR' });

describe('a read from a replica', () => {
  it('has its answer', async () => {
    const { replica } = wellReplica();
    expect(await replica.try(async () => 7)).toEqual({ answer: 7 });
    expect(await replica.try(async () => undefined)).toEqual({ answer: undefined });
    expect(replica.busy).toBe(0);
  });

  it.each([
    ['a connection that is refused', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a connection that breaks', new Error('Connection terminated unexpectedly')],
    ['a server that stops', ofServer('57P01')],
  ])('has none from %s, and the replica is read from no more', async (_, error) => {
    const { replica, lost } = wellReplica();
    expect(await replica.try(fails(error))).toBeUndefined();
    expect(replica.state).toEqual({ isUsed: false, lagMs: null, reason: 'it cannot be reached' });
    expect(lost).toEqual(['it cannot be reached']);
  });

  it.each([
    ['a conflict with what is replayed', ofServer('40001')],
    ['a table that it does not have yet', ofServer('42P01')],
    ['a wait for connections that are all busy', new Error('timeout exceeded when trying to connect')],
  ])('has none after %s, but the next may', async (_, error) => {
    const { replica, lost } = wellReplica();
    expect(await replica.try(fails(error))).toBeUndefined();
    expect([replica.state, lost]).toEqual([WELL, []]);
  });

  it.each([
    ['what nobody can answer', new Invalid('cursor.invalid', 'this is no cursor')],
    ['what takes too long', ofServer('57014')],
  ])('is not tried elsewhere when it asks for %s', async (_, error) => {
    const { replica } = wellReplica();
    await expect(replica.try(fails(error))).rejects.toThrow();
    expect(replica.state).toEqual(WELL);
  });

  it('is given up when the replica has fallen silent', async () => {
    const { replica, lost } = wellReplica();
    const reads = [1, 2].map(() => replica.try(() => new Promise(() => undefined)));
    expect(replica.busy).toBe(2);
    replica.becomes({ isUsed: false, lagMs: null, reason: 'it does not answer' });
    expect(await Promise.all(reads)).toEqual([undefined, undefined]);
    expect([replica.busy, lost]).toEqual([0, []]);
  });
});
