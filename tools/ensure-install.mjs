// Makes sure that the dependencies in node_modules are those of package-lock.json, and says why if it cannot.
// It runs before anything is installed, so it uses nothing but Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (path) => JSON.parse(readFileSync(root + path, 'utf8'));

/** How the installed copy of one package differs from what the lock asks for; nothing when it does not. */
function difference(wanted, found) {
  // What is not for this platform, or for nobody here, npm leaves out.
  if (!found) return wanted.optional || wanted.devOptional || wanted.peer ? undefined : 'is missing';
  const same = found.version === wanted.version && found.integrity === wanted.integrity;
  return same ? undefined : 'is another version';
}

/** Why node_modules has to be installed; nothing when it is what the lock asks for. */
function reasonToInstall() {
  const record = 'node_modules/.package-lock.json';
  if (!existsSync(root + record)) return 'nothing is installed yet';
  const installed = readJson(record).packages;
  for (const [path, wanted] of Object.entries(readJson('package-lock.json').packages)) {
    const differs = path.startsWith('node_modules/') && !wanted.link && difference(wanted, installed[path]);
    if (differs) return `${path} ${differs}`;
  }
  return undefined;
}

function isOlder(version, floor) {
  const [have, need] = [version, floor].map((text) => text.split('.').map(Number));
  const at = need.findIndex((part, i) => part !== have[i]);
  return at >= 0 && have[at] < need[at];
}

function install(reason) {
  console.log(`Installing the dependencies (${reason}) ...`);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  const started = Date.now();
  const done = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options);
  if (done.status !== 0) {
    console.error('npm ci did not succeed; its own words are above. Nothing was started.');
    process.exit(1);
  }
  console.log(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

const floor = readJson('package.json').engines.node.replace('>=', '');
if (isOlder(process.versions.node, floor)) {
  console.error(
    `Orrery needs Node ${floor} or newer; this is ${process.versions.node}. Node 22 or 24 is a good choice.`,
  );
  process.exit(1);
}
const reason = reasonToInstall();
if (reason) install(reason);
