import { Pool } from 'pg';
import { testDatabase } from '../postgres/testing/index.js';
import { PostgresSnapshots } from './postgres-snapshots.js';
import { snapshotsContract } from './snapshots.contract.js';

snapshotsContract('PostgresSnapshots', async () => {
  const { url, drop } = await testDatabase();
  const pool = new Pool({ connectionString: url });
  return {
    snapshots: new PostgresSnapshots(pool),
    close: async () => {
      await pool.end();
      await drop();
    },
  };
});
