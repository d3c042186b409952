// npm run histories:record: records what the engine of this release does, for every release after it to replay. A
// release that is tagged is never recorded again.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { textOf } from '../tests/histories/support/history.js';
import { record } from '../tests/histories/support/record.js';
import { SCENARIOS } from '../tests/histories/support/scenarios.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const tag = `v${version}`;
if (execFileSync('git', ['tag', '--list', tag], { encoding: 'utf8' }).trim() !== '') {
  console.error(
    `${version} is released: there is the tag ${tag}. Give package.json the version of the next release first.`,
  );
  process.exit(1);
}

const folder = `tests/histories/${version}`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  const history = await record(scenario);
  writeFileSync(`${folder}/${name}.jsonl`, textOf(history));
  console.log(`${name}: ${history.commits.length} commits`);
}
