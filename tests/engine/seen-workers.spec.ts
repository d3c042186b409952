import { beforeEach, describe, expect, it } from '@jest/globals';
import { SeenWorkers, type SessionRow } from '@orrery/application';
import { DEFAULT_NAMESPACE as namespace } from '@orrery/domain';
import { MemoryWorkerSessions } from '@orrery/infrastructure/memory';
import { TestClock } from './support/test-clock.js';

/** Rows in memory, where writes are counted and may fail. */
class CountedSessions extends MemoryWorkerSessions {
  writes: number[] = [];
  broken = false;
  override async save(sessions: readonly SessionRow[]): Promise<void> {
    this.writes.push(sessions.length);
    if (this.broken) throw new Error('the database is away');
    await super.save(sessions);
  }
}

let clock: TestClock;
let sessions: CountedSessions;
let workers: SeenWorkers;
let errors: unknown[];
beforeEach(() => {
  clock = new TestClock();
  sessions = new CountedSessions();
  errors = [];
  workers = new SeenWorkers(sessions, clock, (error) => void errors.push(error));
});

const see = (workerId: string) => workers.seen({ namespace, workerId, types: ['work'], transport: 'poll', slots: 1 });
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const pass = async (ms: number) => {
  await clock.advance(ms);
  await settled();
};

describe('The workers that were seen', () => {
  it('are written together, and each at most every few seconds', async () => {
    for (let n = 0; n < 100; n++) see(`worker-${n % 10}`);
    await pass(500);
    for (let n = 0; n < 100; n++) see(`worker-${n % 10}`);
    await pass(2_000);
    expect(sessions.writes).toEqual([10]);
    await pass(3_000);
    see('worker-1');
    await pass(500);
    expect(sessions.writes).toEqual([10, 1]);
  });

  it('are young enough in their rows for whoever takes over', async () => {
    for (let second = 0; second < 60; second++) {
      see('steady');
      await pass(1_000);
      const [row] = await sessions.seenSince(clock.now() - 7_000);
      expect(row?.workerId).toBe('steady');
    }
  });

  it('are alive while they were seen within a lease, here or elsewhere', async () => {
    await sessions.save([
      { namespace, workerId: 'elsewhere', types: [], transport: 'stream', slots: 2, lastSeenAt: clock.now() },
    ]);
    see('here');
    const names = async () => (await workers.alive()).map(({ workerId }) => workerId);
    expect(await names()).toEqual(['elsewhere', 'here']);
    await pass(10_000);
    workers.seenAgain(namespace, 'here');
    workers.seenAgain(namespace, 'nobody');
    await pass(10_000);
    expect(await names()).toEqual(['here']);
  });

  it('are forgotten when they go, or are not heard of for long', async () => {
    see('going');
    await workers.gone(namespace, 'going');
    await workers.gone(namespace, 'nobody');
    await pass(500);
    expect(await sessions.seenSince(0)).toEqual([]);
    see('silent');
    await pass(40_000);
    see('other');
    await pass(500);
    workers.seenAgain(namespace, 'silent');
    await pass(500);
    // Neither who went, nor who was forgotten, is written again.
    expect(sessions.writes.filter((rows) => rows > 0)).toEqual([1, 1]);
  });

  it('are written again when the database was away', async () => {
    sessions.broken = true;
    see('patient');
    await pass(500);
    expect(errors).toEqual([new Error('the database is away')]);
    sessions.broken = false;
    await pass(5_000);
    see('patient');
    await pass(500);
    expect((await sessions.seenSince(0)).map(({ workerId }) => workerId)).toEqual(['patient']);
  });
});
