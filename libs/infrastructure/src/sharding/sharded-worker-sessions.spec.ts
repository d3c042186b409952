import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { MemoryWorkerSessions } from '../views/memory-worker-sessions.js';
import { workerSessionsContract } from '../views/worker-sessions.contract.js';
import { ShardedWorkerSessions } from './sharded-worker-sessions.js';

workerSessionsContract('ShardedWorkerSessions', async () => ({
  sessions: new ShardedWorkerSessions([new MemoryWorkerSessions(), new MemoryWorkerSessions()]),
  close: async () => undefined,
}));

const row = { namespace: DEFAULT_NAMESPACE, workerId: 'w', types: ['work'], transport: 'poll' as const, slots: 1 };

class Away extends MemoryWorkerSessions {
  override seenSince(): Promise<never> {
    return Promise.reject(new Error('away'));
  }
}

describe('The sessions of workers in several databases', () => {
  it('are known as long as one of them answers', async () => {
    const here = new MemoryWorkerSessions();
    const sessions = new ShardedWorkerSessions([new Away(), here]);
    await sessions.save([{ ...row, lastSeenAt: 1 }]);
    expect(await sessions.seenSince(0)).toEqual([{ ...row, lastSeenAt: 1 }]);
    await expect(new ShardedWorkerSessions([new Away(), new Away()]).seenSince(0)).rejects.toThrow('away');
  });

  it('are as new as the newest of them', async () => {
    const stores = [new MemoryWorkerSessions(), new MemoryWorkerSessions()] as const;
    for (const [index, store] of stores.entries()) await store.save([{ ...row, lastSeenAt: 10 - index }]);
    expect(await new ShardedWorkerSessions(stores).seenSince(0)).toEqual([{ ...row, lastSeenAt: 10 }]);
  });
});
