import { definitionContentsContract } from './definition-contents.contract.js';
import { PostgresDefinitionContents } from './postgres-definition-contents.js';
import { emptyDatabase } from './testing/postgres-views.js';

const database = emptyDatabase();

definitionContentsContract('PostgresDefinitionContents', async () => ({
  contents: new PostgresDefinitionContents(await database()),
  close: async () => undefined,
}));
