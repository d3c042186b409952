// Run by `npm run lint` and `npm run check`: every rule, over everything. What was found right is not looked at again as long
// as nothing changes that a rule could see of it: the file itself, and what every other file tells outside of its types.
// Declarations are all of that, so a change within functions leaves the rest alone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const CACHE = 'node_modules/.cache/eslint';
const PROGRAMS = ['tsconfig.json', 'apps/console/tsconfig.json'];
const SETTINGS = /^(package-lock|package|project|tsconfig.*|nx)\.json$|^eslint.*\.mjs$/;

const run = (words, stdio) => spawnSync(process.execPath, words, { stdio });

function filesIn(folder, isWanted, isDeep) {
  return readdirSync(folder, { withFileTypes: true, recursive: isDeep })
    .filter((entry) => entry.isFile() && isWanted(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** Writes the declarations of a program. Whether its types are right is asked elsewhere. */
function declare(program, folder) {
  // With several threads the order within a type is now one and now another.
  const emit = ['--singleThreaded', '--noCheck', '--noEmit', 'false', '--declaration', '--emitDeclarationOnly'];
  const places = ['-p', program, '--rootDir', dirname(program), '--outDir', folder];
  run(['node_modules/typescript-7/bin/tsc', ...places, ...emit], 'ignore');
  return folder;
}

/** What all rules may see of all files from outside, and how they are set. */
function seen() {
  const scratch = mkdtempSync(join(tmpdir(), 'orrery-lint-'));
  const folders = PROGRAMS.map((program, n) => declare(program, join(scratch, String(n))));
  const projects = ['apps', 'libs'].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const settings = ['.', 'tools', ...projects].flatMap((each) => filesIn(each, (name) => SETTINGS.test(name), false));
  const hash = createHash('sha256').update(process.version);
  const declarations = folders.flatMap((folder) => filesIn(folder, () => true, true));
  for (const file of declarations.sort()) hash.update(file.slice(scratch.length)).update(readFileSync(file));
  for (const file of settings.sort()) hash.update(file).update(readFileSync(file));
  rmSync(scratch, { recursive: true });
  return hash.digest('hex');
}

/** Only Nx knows the layers: what was looked at without it was not looked at with every rule. */
function cached() {
  if (!process.env['NX_TASK_TARGET_TARGET']) return [];
  const file = join(CACHE, `${seen()}.json`);
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE)) if (name !== basename(file)) rmSync(join(CACHE, name));
  return ['--cache', '--cache-strategy', 'content', '--cache-location', file];
}

const eslint = ['node_modules/eslint/bin/eslint.js', '--config', 'eslint.types.config.mjs'];
process.exitCode = run([...eslint, ...cached(), '.'], 'inherit').status ?? 1;
