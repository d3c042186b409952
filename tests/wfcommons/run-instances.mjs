// node tests/wfcommons/run-instances.mjs DIR [--time-scale 0.001]
// Imports every WfCommons instance of a directory with the command line and runs it, one after the other, on a server of its
// own, and holds the events of each run against the instance. Prints what each took over its critical path; the last line is JSON.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
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

const orrery = fileURLToPath(new URL('../../apps/cli/bin/orrery.mjs', import.meta.url));

/** Imports an instance and runs it to its end, as a person does; returns the run's id, or what was said instead. */
async function importAndRun(file) {
  const args = [orrery, 'import', 'wfformat', file, '--time-scale', String(timeScale), '--run', '--output', 'json'];
  try {
    const env = { ...process.env, ORRERY_URL: server.url };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 64 * 2 ** 20 });
    return { id: JSON.parse(stdout).id };
  } catch (error) {
    return { refusal: error.stderr?.trim() || error.message };
  }
}

async function eventsOf(id) {
  const events = [];
  for (let after = 0; after !== null;) {
    const response = await fetch(`${server.url}/api/v1/workflows/${id}/events?limit=1000&after=${after}`);
    const { items, nextCursor } = await response.json();
    events.push(...items);
    after = nextCursor;
  }
  return events;
}

async function runInstance(file) {
  const { name } = parse(file);
  const path = join(folder, file);
  const started = performance.now();
  const { id, refusal } = await importAndRun(path);
  const commandMs = performance.now() - started;
  if (id === undefined) return { row: { instance: name }, faults: [refusal] };
  const tasks = graphOf(JSON.parse(readFileSync(path, 'utf8')), timeScale);
  const events = await eventsOf(id);
  const durationMs = Date.parse(events.at(-1).at) - Date.parse(events[0].at);
  const pathMs = criticalPath(tasks);
  const row = {
    instance: name,
    tasks: tasks.length,
    edges: countEdges(tasks),
    'critical path, ms': rounded(pathMs, 1),
    'duration, ms': durationMs,
    'over it, ms a task': rounded((durationMs - pathMs) / tasks.length, 3),
    'the whole command, ms': rounded(commandMs, 0),
  };
  return { row, faults: checkRun(events, tasks) };
}

const rounded = (number, decimals) => Number(number.toFixed(decimals));

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
