import { PostgresViewReader } from './postgres-view-reader.js';
import { PostgresViewWriter } from './postgres-view-writer.js';
import { emptyDatabase } from './testing/postgres-views.js';
import { viewsContract } from './views.contract.js';

const database = emptyDatabase();

viewsContract('PostgresViewWriter and PostgresViewReader', async () => {
  const pool = await database();
  return { writer: new PostgresViewWriter(pool), reader: new PostgresViewReader(pool), close: async () => undefined };
});
