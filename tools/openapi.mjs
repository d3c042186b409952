// node tools/openapi.mjs: writes apps/api/openapi.json from the table of routes, and says if that changed it.
import { readFile } from 'node:fs/promises';
import { root } from './bundle.mjs';
import { load, write } from './generated.mjs';

const { openApi } = await load('apps/api/src/contract/openapi.ts', 'openapi');
const { version } = JSON.parse(await readFile(`${root}apps/api/package.json`, 'utf8'));
await write('apps/api/openapi.json', openApi(version));
