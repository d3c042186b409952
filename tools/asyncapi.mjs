// node tools/asyncapi.mjs: writes libs/amqp/asyncapi.json from the tables of commands and events, and says if that changed it.
import { readFile } from 'node:fs/promises';
import { root } from './bundle.mjs';
import { load, write } from './generated.mjs';

const { asyncApi } = await load('libs/amqp/src/asyncapi.ts', 'asyncapi');
const { version } = JSON.parse(await readFile(`${root}libs/amqp/package.json`, 'utf8'));
await write('libs/amqp/asyncapi.json', asyncApi(version));
