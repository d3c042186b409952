// node tests/chaos/kill-standalone.mjs [--kills 20] [--runs 200] [--seed N] [--database-kills 4] [--keep]
// Kills the standalone server with SIGKILL at random moments, over the same data, while so many mixed runs are under
// way; then checks that everything it acknowledged is there, once, and that every run ended. The last line is JSON.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from './client.mjs';
import { checkEnds } from './ends.mjs';
import { checkIntents } from './intents.mjs';
import { Journal } from './journal.mjs';
import { checkLog } from './log.mjs';
import { prove } from './prove.mjs';
import { seeded } from './random.mjs';
import { Runs } from './runs.mjs';
import { shapes } from './shapes.mjs';
import { checkViews } from './views.mjs';
import { violationsByKind } from './violations.mjs';
import { Workers, httpTarget } from './workers.mjs';

/** After the last restart every run must have ended within so long: a lease, a few retries, and what is left to do. */
const SETTLE_MS = 120_000;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'database-kills': { type: 'string', default: '4' },
    keep: { type: 'boolean', default: false },
  },
});
const options = {
  kills: Number(values.kills),
  level: Number(values.runs),
  seed: Number(values.seed),
  databaseKills: Number(values['database-kills']),
};

/** Kills the server at random moments and starts it again; returns how long each start took. */
async function killAgainAndAgain(server, random) {
  const starts = [];
  for (let kill = 1; kill <= options.kills; kill++) {
    await sleep(random.between(200, 3_000));
    const database = kill % Math.max(1, Math.floor(options.kills / options.databaseKills)) === 0;
    await server.kill({ database });
    starts.push(await server.start());
    console.log(
      `kill ${kill} of ${options.kills}${database ? ', with its PostgreSQL' : ''}: ready after ${starts.at(-1).toFixed(0)} ms`,
    );
  }
  return starts;
}

async function everythingAgain(directory, server) {
  const random = seeded(options.seed);
  const journal = new Journal(join(directory, 'intents.jsonl'));
  const client = new Client(server.url, journal);
  const target = await httpTarget(random.child());
  const firstStartMs = await server.start();
  const kinds = shapes(target.url);
  for (const { document } of kinds) await client.register(document);
  const workers = new Workers(client, random.child(), 16);
  const runs = new Runs({
    client,
    random: random.child(),
    shapes: kinds,
    mended: workers.mended,
    level: options.level,
  });
  const keeping = runs.keepUnderWay();
  for (const full = Date.now() + 10_000; runs.open.size < options.level && Date.now() < full;) await sleep(50);

  const starts = await killAgainAndAgain(server, random.child());
  runs.startNoMore();
  await keeping;
  const killedAt = Date.now();
  const stuck = await runs.settled(SETTLE_MS);
  const settledMs = Date.now() - killedAt;
  await workers.stop();
  writeFileSync(join(directory, 'ledger.jsonl'), workers.ledger.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const story = { client, journal, runs: runs.all, stuck, ledger: workers.ledger, target, server };
  const counts = { firstStartMs, restartMs: median(starts), settledMs, ...(await check(story)) };
  target.close();
  return counts;
}

async function check(story) {
  const found = violationsByKind();
  checkEnds(story, found);
  const intents = await checkIntents(story, found);
  const log = await checkLog(story, found);
  const views = await checkViews(story, found.divergence);
  const exitCode = await story.server.stop();
  if (exitCode !== 0) found.rules.push(`the last, polite stop ended with exit code ${exitCode}`);
  const { runs, stuck, ledger } = story;
  const counts = { runs: runs.length, stuck: stuck.length, executions: ledger.length, ...intents, ...log, ...views };
  return { ...counts, violations: Object.values(found).flat() };
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}

console.log(`seed ${options.seed}: ${options.kills} kills over ${options.level} runs under way`);
await prove('crash', { options, keep: values.keep }, async (server, directory) => {
  const { violations, ...counts } = await everythingAgain(directory, server);
  return { table: counts, violations, proved: counts.runs, ...counts };
});
