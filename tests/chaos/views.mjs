import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './histories.mjs';
import { statusOf } from './run-rules.mjs';

const CAUGHT_UP_MS = 30_000;

const RUNS = `
  select id, status, version, tasks_total, tasks_ended, started_at, ended_at, definition, definition_version,
         definition_hash, labels, priority, partition, error::text
    from runs order by id`;
const OPEN_TASKS = 'select * from open_tasks order by workflow, ordinal';
const DEFINITIONS = 'select name, version, hash, newest, registered_at from definitions order by name, version';
const DEAD_LETTERS = 'select * from dead_letters order by id';

/** The views say what the log says; and made anew from its first event, they say the same again. */
export async function checkViews({ server, histories }, violations) {
  const before = await untilCaughtUp(server, histories);
  compareWithLog(before, histories, violations);
  // Its PostgreSQL lives on, and nobody follows the log meanwhile.
  await server.kill();
  await forget(server);
  await server.start();
  const after = await untilCaughtUp(server, histories);
  for (const view of Object.keys(before)) {
    const [old, anew] = [before[view], after[view]].map((rows) => rows.map((row) => JSON.stringify(row)));
    const differing = old.filter((row, index) => row !== anew[index]);
    if (old.length !== anew.length) violations.push(`${view}: ${old.length} rows, and ${anew.length} when made anew`);
    for (const row of differing.slice(0, 5)) violations.push(`${view}: made anew, this row is another: ${row}`);
  }
  return { runsInViews: before.runs.length };
}

/** Starts over: without rows, and without a memory of how far it had come. */
async function forget(server) {
  await ask(server, async (client) => {
    await client.query(
      `begin; truncate runs, open_tasks, definitions, dead_letters; delete from checkpoints where follower = 'views'; commit`,
    );
  });
}

async function readViews(server) {
  return ask(server, async (client) => ({
    runs: (await client.query(RUNS)).rows,
    openTasks: (await client.query(OPEN_TASKS)).rows,
    definitions: (await client.query(DEFINITIONS)).rows,
    deadLetters: (await client.query(DEAD_LETTERS)).rows,
  }));
}

/** Views come after the log: waits until all that is listed is there at its last version, or for as long as may be. */
async function untilCaughtUp(server, histories) {
  const meant = [...histories.values()].filter((history) => isKept(history) || isDeadLetter(history));
  let views = await readViews(server);
  for (const giveUpAt = Date.now() + CAUGHT_UP_MS; Date.now() < giveUpAt; await sleep(200)) {
    const versions = new Map([...views.runs, ...views.deadLetters].map(({ id, version }) => [id, version]));
    if (meant.every(({ stream, events }) => versions.get(stream) === events.length)) break;
    views = await readViews(server);
  }
  return views;
}

/** A run, and one that nobody deleted. */
function isKept({ events }) {
  return events[0].type === 'WorkflowStarted' && events.at(-1).type !== 'WorkflowDeleted';
}

function isDeadLetter({ events }) {
  return events[0].type === 'DeadLetterRecorded';
}

function compareWithLog({ runs, openTasks }, histories, violations) {
  const rows = new Map(runs.map((row) => [row.id, row]));
  for (const { stream, events } of histories.values()) {
    if (!isKept({ events })) continue;
    const row = rows.get(stream);
    const told = row && `${row.status} at version ${row.version}`;
    const meant = `${statusOf(events)} at version ${events.length}`;
    if (told !== meant) violations.push(`${stream} is ${meant}, and the views say: ${told ?? 'nothing'}`);
  }
  for (const { workflow, ordinal, status } of openTasks) {
    const isOpen = rows.get(workflow)?.ended_at === null;
    if (!isOpen && status !== 'failed') violations.push(`${workflow}~${ordinal} is ${status} in a run that ended`);
  }
}
