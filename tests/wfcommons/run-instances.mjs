// node tests/wfcommons/run-instances.mjs DIR [--time-scale 0.001]
// Imports every WfCommons instance of a directory with the command line and runs it, one after the other, on a server of its
// own, and holds the events of each run against the instance. Prints what each took over its critical path; the last line is JSON.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { prove } from '../chaos/prove.mjs';
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
async function importAndRun(server, file) {
  const args = [orrery, 'import', 'wfformat', file, '--time-scale', String(timeScale), '--run', '--output', 'json'];
  try {
    const env = { ...process.env, ORRERY_URL: server.url };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 64 * 2 ** 20 });
    return { id: JSON.parse(stdout).id };
  } catch (error) {
    return { refusal: error.stderr?.trim() || error.message };
  }
}

async function eventsOf(server, id) {
  const events = [];
  for (let after = 0; after !== null;) {
    const response = await fetch(`${server.url}/api/v1/workflows/${id}/events?limit=1000&after=${after}`);
    const { items, nextCursor } = await response.json();
    events.push(...items);
    after = nextCursor;
  }
  return events;
}

async function runInstance(server, file) {
  const { name } = parse(file);
  const path = join(folder, file);
  const started = performance.now();
  const { id, refusal } = await importAndRun(server, path);
  const commandMs = performance.now() - started;
  if (id === undefined) return { row: { instance: name }, faults: [refusal] };
  const tasks = graphOf(JSON.parse(readFileSync(path, 'utf8')), timeScale);
  const events = await eventsOf(server, id);
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

await prove('wfcommons', { options: { timeScale } }, async (server) => {
  await server.start();
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const rows = [];
  const violations = [];
  for (const file of files) {
    const { row, faults } = await runInstance(server, file);
    rows.push(row);
    violations.push(...faults.map((fault) => `${row.instance}: ${fault}`));
  }
  return { table: rows, violations, proved: rows.length, instances: rows.length, runs: rows };
});
