// npm run trace: writes the picture of a trace in docs/testing.md anew, from the simulation that it shows.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pictureOf } from '../examples/testing/charged-twice.js';

const page = fileURLToPath(new URL('../docs/testing.md', import.meta.url));
const before = readFileSync(page, 'utf8');
const picture = await pictureOf();
const after = before.replace(/(?<=^```text trace\n)[\s\S]*?(?=^```$)/m, () => picture);
writeFileSync(page, after);
console.log(
  `docs/testing.md ${before === after ? 'is as it was' : 'has changed: look at what its text says of the picture'}.`,
);
