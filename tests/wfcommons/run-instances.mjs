// node tests/wfcommons/run-instances.mjs DIR [--time-scale 0.001]
// Runs every WfCommons instance of a directory, one after the other, on a server of its own, and holds the events of each
// run against the instance. Prints what each run took over its critical path; the last line is JSON.
import { chmodSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { Server } from '../chaos/server.mjs';
import { checkRun, countEdges, criticalPath, graphOf } from './instance-rules.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'time-scale': { type: 'string', default: '0.001' } },
});
const timeScale = Number(values['time-scale']);
const [folder] = positionals;
if (folder === undefined || !(timeScale >= 0)) {
  console.error('Which instances? npm run wfcommons -- DIR [--time-scale 0.001]');
  process.exit(2);
}

/** The import of the command line, made ready to be run here. */
async function loadImport(directory) {
  const entry = fileURLToPath(new URL('../../apps/cli/src/import/index.ts', import.meta.url));
  const outfile = join(directory, 'import.mjs');
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'node20', conditions: ['@orrery/source'] };
  await build({ ...options, entryPoints: [entry], outfile });
  return (await import(pathToFileURL(outfile))).importWfFormat;
}

async function ask(path, body) {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/api/v1${path}`, body === undefined ? {} : post);
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Runs a definition to its end; returns how long that took whoever asked for it, and all events of the run. */
async function follow(definition) {
  const started = performance.now();
  const { id } = await ask('/workflows', { definition });
  while (!(await ask(`/workflows/${id}/result?waitMs=30000`)).ended);
  const duration = performance.now() - started;
  const events = [];
  for (let page; page?.nextCursor !== null; events.push(...page.items)) {
    page = await ask(`/workflows/${id}/events?limit=1000&after=${page?.nextCursor ?? 0}`);
  }
  return { duration, events };
}

async function runInstance(file) {
  const { name } = parse(file);
  const text = readFileSync(join(folder, file), 'utf8');
  const imported = importWfFormat(text, { name, timeScale });
  if (imported.faults) {
    return { row: { instance: name }, faults: imported.faults.map(({ pointer, message }) => `${pointer}: ${message}`) };
  }
  const tasks = graphOf(JSON.parse(text), timeScale);
  const { duration, events } = await follow(imported.document);
  const path = criticalPath(tasks);
  const overhead = (duration - path) / tasks.length;
  const row = {
    instance: name,
    tasks: tasks.length,
    edges: countEdges(tasks),
    'critical path, ms': Number(path.toFixed(1)),
    'duration, ms': Number(duration.toFixed(1)),
    'over it, ms a task': Number(overhead.toFixed(3)),
  };
  return { row, faults: checkRun(events, tasks) };
}

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-wfcommons-')));
// PostgreSQL runs as another user when we are root, and has to pass through.
chmodSync(directory, 0o755);
const server = await Server.in(directory);
const ending = async (code) => {
  await server.remove();
  rmSync(directory, { recursive: true, force: true });
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void ending(130));

const importWfFormat = await loadImport(directory);
try {
  await server.start();
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const rows = [];
  const violations = [];
  for (const file of files) {
    const { row, faults } = await runInstance(file);
    rows.push(row);
    violations.push(...faults.map((fault) => `${row.instance}: ${fault}`));
  }
  console.table(rows);
  for (const violation of violations.slice(0, 50)) console.log(`VIOLATION ${violation}`);
  const ok = violations.length === 0 && rows.length > 0;
  console.log(JSON.stringify({ ok, timeScale, instances: rows.length, violations: violations.length, runs: rows }));
  await ending(ok ? 0 : 1);
} catch (error) {
  console.error(error);
  console.log(JSON.stringify({ ok: false, timeScale, error: error.message }));
  await ending(1);
}
