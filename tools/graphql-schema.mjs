// node tools/graphql-schema.mjs: writes apps/api/schema.graphql from the resolvers, and says if that changed it. What would
// break for those who use it is refused until it is declared in tools/graphql-breaks.mjs.
import { readFile, writeFile } from 'node:fs/promises';
import { root } from './bundle.mjs';
import { load } from './generated.mjs';
import { breaksBetween } from './graphql-breaks.mjs';

const PATH = 'apps/api/schema.graphql';

const { schemaText } = await load('apps/api/src/graphql/graphql.module.ts', 'graphql-schema');
const before = await readFile(root + PATH, 'utf8').catch(() => '');
const after = await schemaText();
const breaks = breaksBetween(before, after);
for (const each of breaks) console.error(`This breaks what worked: ${each}`);
if (breaks.length > 0) {
  console.error(`${PATH} stays as it was: declare what is meant in tools/graphql-breaks.mjs.`);
  process.exitCode = 1;
} else {
  await writeFile(root + PATH, after);
  console.log(`${PATH} ${before === after ? 'is as it was' : 'has changed: look at what that means for its users'}.`);
}
