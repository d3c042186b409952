// node tests/stress/run-stress.mjs [--items 10000] [--signals 1000] [--depth 16] [--only WORDS] [--keep]
// Large lists, many early signals and deep trees of runs, each let be, cancelled and paused, and each of that again with
// SIGKILL in the middle. What must be true is told from the events. Prints a table; the last line is JSON.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '../chaos/client.mjs';
import { readHistories } from '../chaos/histories.mjs';
import { Journal } from '../chaos/journal.mjs';
import { prove } from '../chaos/prove.mjs';
import { DoublingWorker } from './doubling-worker.mjs';
import { checkFamily, checkQuiet, checkRun, checkTree } from './stress-rules.mjs';
import { subjects } from './subjects.mjs';

/** How long anything may take to come true: a lease, and what is left to do. */
const PATIENCE_MS = 120_000;

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '10000' },
    signals: { type: 'string', default: '1000' },
    depth: { type: 'string', default: '16' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});
const options = { items: Number(values.items), signals: Number(values.signals), depth: Number(values.depth) };

async function until(what, isTrue) {
  for (const giveUpAt = Date.now() + PATIENCE_MS; Date.now() < giveUpAt; await sleep(25)) {
    const found = await isTrue();
    if (found) return found;
  }
  throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
}

/** What subjects and treatments may do. */
function stageOn(server, client) {
  const stage = {
    client,
    /** Until so many events of a run are recorded. */
    recorded: ({ id }, count) =>
      until(`${count} events`, async () => {
        const page = await client.read(`/workflows/${id}/events?after=${count - 1}&limit=1&waitMs=5000`);
        return page?.items.length > 0;
      }),
    /** Until runs nest so deep. */
    nested: async (id, depth) => {
      for (let at = id, deep = 0; deep < depth; deep++) at = await stage.childOf(at);
    },
    childOf: (id) =>
      until(`a run within ${id}`, async () => {
        const details = await client.read(`/workflows/${id}`);
        return details?.tasks.find(({ key }) => key === 'deeper').childId;
      }),
    command: (run, verb) => client.command(verb, `/workflows/${run.id}/${verb}`, { key: `${run.key}-${verb}` }),
    async crash() {
      await server.kill();
      await server.start();
    },
    end: ({ id, name }) =>
      until(`the end of ${name}`, async () => {
        const answer = await client.read(`/workflows/${id}/result?waitMs=5000`);
        return answer?.ended ? answer : undefined;
      }),
    status: ({ id }, status) =>
      until(status, async () => (await client.read(`/workflows/${id}/result`))?.status === status),
  };
  return stage;
}

/** What is done to a run in its middle. With `crash` the server dies while the command is on its way. */
const treatments = {
  'let be': (_, __, crash) => crash(),
  async cancelled(stage, run, crash) {
    await Promise.all([stage.command(run, 'cancel'), crash()]);
  },
  async paused(stage, run, crash) {
    await Promise.all([stage.command(run, 'pause'), crash()]);
    await stage.status(run, 'paused');
    await crash();
    await stage.command(run, 'resume');
  },
};

async function eventsOf({ client }, { id }) {
  const events = [];
  for (let after = 0; after !== null;) {
    const page = await until('a page of events', () =>
      client.read(`/workflows/${id}/events?limit=1000&after=${after}`),
    );
    events.push(...page.items);
    after = page.items.length === 0 ? null : page.nextCursor;
  }
  return events;
}

/** One run, from its start to what its events say; trees are looked at once more at the end of all. */
async function runCase(stage, { subject, treatment, kill }) {
  const startedAt = performance.now();
  const name = `${subject.name}, ${treatment}${kill ? ', killed' : ''}`;
  const run = { name, key: name.replace(/[^a-z0-9]+/g, '-'), subject, isStopped: treatment === 'cancelled' };
  const crash = kill ? () => stage.crash() : async () => undefined;
  // What is a single decision has no middle: it is killed while the start is on its way.
  [run.id] = await Promise.all([start(stage, run), subject.treatments.length === 1 ? crash() : undefined]);
  await subject.middle(stage, run);
  await Promise.all([subject.meanwhile?.(stage, run), treatments[treatment](stage, run, crash)]);
  if (!run.isStopped) await subject.after?.(stage, run);
  const result = await stage.end(run);
  const family = subject.depth === undefined ? [] : await familyOf(stage, run);
  const events = await eventsOf(stage, run);
  run.faults = [...check(run, { events, result }), ...checkFamily(family)];
  run.row = { case: name, status: result.status, events: events.length, s: seconds(performance.now() - startedAt) };
  return run;
}

/** A run and all within it, as they stand: asked for as soon as the outermost has ended. */
async function familyOf({ client }, { id }) {
  const family = [{ id, parent: undefined }];
  for (const member of family) {
    const { endedAt, tasks } = await until(`run ${member.id}`, () => client.read(`/workflows/${member.id}`));
    member.endedAt = endedAt;
    const children = tasks.map(({ childId }) => childId).filter((child) => child !== null);
    family.push(...children.map((child) => ({ id: child, parent: member })));
  }
  return family;
}

async function start({ client }, { key, subject }) {
  const body = { definition: subject.definitions[0].name, input: subject.input };
  const { outcome, answer } = await client.command('start', '/workflows', { key, body });
  if (outcome !== 'ok') throw new Error(`${key} could not be started: ${JSON.stringify(answer)}`);
  return answer.id;
}

function check(run, told) {
  const { subject, isStopped } = run;
  const ofSubject = isStopped ? (subject.checkStopped?.(run, told) ?? []) : subject.check(run, told);
  return [...checkRun(told.events, isStopped ? 'cancelled' : 'completed'), ...checkQuiet(told.events), ...ofSubject];
}

const seconds = (ms) => Number((ms / 1000).toFixed(1));

async function everything(server, client) {
  const stage = stageOn(server, client);
  const all = subjects(options);
  const cases = all.flatMap((subject) =>
    subject.treatments.flatMap((treatment) => [false, true].map((kill) => ({ subject, treatment, kill }))),
  );
  await server.start();
  for (const { definitions } of all) for (const document of definitions) await client.register(document);
  const worker = new DoublingWorker(client);
  const runs = [];
  for (const each of cases) {
    if (!`${each.subject.name}, ${each.treatment}`.includes(values.only)) continue;
    const run = await runCase(stage, each);
    console.log(`${run.row.s.toFixed(1).padStart(6)} s  ${run.name}${run.faults.length > 0 ? ': WRONG' : ''}`);
    runs.push(run);
  }
  await worker.stop();
  return { runs, repeated: worker.repeated };
}

/** What only the log can say: its chain of hashes, and what became of every run within a run. */
async function checkLog(server, runs) {
  const violations = [];
  const histories = await readHistories(server, violations);
  for (const { id, name, subject, isStopped } of runs.filter((run) => run.subject.depth !== undefined)) {
    const faults = checkTree(id, histories, isStopped ? undefined : subject.depth);
    violations.push(...faults.map((fault) => `${name}: ${fault}`));
  }
  return violations;
}

await prove('stress', { options, keep: values.keep }, async (server, directory) => {
  const client = new Client(server.url, new Journal(join(directory, 'intents.jsonl')));
  const { runs, repeated } = await everything(server, client);
  const ofRuns = runs.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`));
  const violations = [...client.violations, ...ofRuns, ...(await checkLog(server, runs))];
  return { table: runs.map(({ row }) => row), violations, proved: runs.length, cases: runs.length, repeated };
});
