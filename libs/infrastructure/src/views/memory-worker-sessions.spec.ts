import { MemoryWorkerSessions } from './memory-worker-sessions.js';
import { workerSessionsContract } from './worker-sessions.contract.js';

workerSessionsContract('MemoryWorkerSessions', async () => ({
  sessions: new MemoryWorkerSessions(),
  close: async () => undefined,
}));
