import { describe, expect, it } from '@jest/globals';
import { CommitUnknown } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import { SystemClock } from '../system/index.js';
import { MemoryLogStore } from './memory-log-store.js';
import { MemoryLog } from './memory-log.js';
import { logContract } from './log.contract.js';
import { type LogHarness, readAll, rows, until } from './log.harness.js';

// Each append takes a few turns, and another number of them each time: so transactions commit out of order.
function unsettled(): () => Promise<void> {
  let count = 0;
  return async () => {
    count += 1;
    for (let turn = (count * 7) % 5; turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
  };
}

async function openMemoryLog(): Promise<LogHarness> {
  const store = new MemoryLogStore(new SystemClock());
  const log = new MemoryLog(store, unsettled());
  return {
    log,
    another: async () => new MemoryLog(store, unsettled()),
    begin: async () => {
      const transaction = log.begin();
      return {
        append: async (batch) => void (await transaction.insert(batch)),
        commit: async () => transaction.commit(),
        rollback: async () => transaction.rollback(),
      };
    },
    loseReply: (when) => log.failNext(when === 'after the commit' ? 'lost-reply-committed' : 'lost-reply-lost'),
    recovered: async () => undefined,
    settled: async () => undefined,
    readByPosition: async (after) =>
      store.committed
        .filter(({ cursor }) => cursor.position > after)
        .sort((a, b) => Number(a.cursor.position - b.cursor.position)),
    close: async () => undefined,
  };
}

logContract('MemoryLog', openMemoryLog);

describe('MemoryLog under a simulation', () => {
  it('is unavailable when told to, and leaves nothing behind', async () => {
    const log = new MemoryLog(new MemoryLogStore(new SystemClock()));
    log.failNext('unavailable');
    await expect(log.append(rows(1))).rejects.toThrow(Unavailable);
    expect(await readAll(log)).toEqual([]);
    expect((await log.append(rows(1))).conflicts.size).toBe(0);
  });

  it('rolls back what a session that ends had under way, and lets the horizon go', async () => {
    const store = new MemoryLogStore(new SystemClock());
    const gate: { open?: () => void } = {};
    const log = new MemoryLog(store, () => new Promise((resolve) => (gate.open = resolve)));
    const batch = rows(2);
    const appending = log.append(batch);
    await until(() => gate.open !== undefined);
    log.disconnect();
    gate.open!();
    await expect(appending).rejects.toThrow(CommitUnknown);
    expect((await log.horizon()).transactionId).toBe(2n);
    expect((await new MemoryLog(store).append(batch)).conflicts.size).toBe(0);
  });
});
