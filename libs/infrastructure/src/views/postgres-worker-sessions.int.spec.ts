import { PostgresWorkerSessions } from './postgres-worker-sessions.js';
import { emptyDatabase } from './testing/postgres-views.js';
import { workerSessionsContract } from './worker-sessions.contract.js';

const database = emptyDatabase();

workerSessionsContract('PostgresWorkerSessions', async () => ({
  sessions: new PostgresWorkerSessions(await database()),
  close: async () => undefined,
}));
