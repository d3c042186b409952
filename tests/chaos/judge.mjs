import { setTimeout as sleep } from 'node:timers/promises';
import { checkEnds } from './ends.mjs';
import { checkIntents } from './intents.mjs';
import { checkLog } from './log.mjs';
import { checkRecovery, measureRecovery, summary } from './recovery.mjs';
import { checkViews } from './views.mjs';
import { violationsByKind } from './violations.mjs';

const HEARD_MS = 30_000;
/**
 * More connections than the pools of a process have together are connections that leaked. The client has no pool: it has
 * as many as it asks for at once.
 */
const CONNECTIONS_MAX = 30;
const OF_CLIENT = 'client > ';

/** Holds everything against everything else; the figures of a run of chaos, as `prove` wants them. */
export async function judge(story) {
  const found = violationsByKind();
  const { server: cluster, runs, records, probes, journal, ledger } = story;
  for (const [link, { connections }] of cluster.links)
    if (connections > CONNECTIONS_MAX && !link.startsWith(OF_CLIENT))
      found.rules.push(`${link} has ${connections} connections`);
  checkEnds(story, found);
  const intents = await checkIntents(story, found);
  // What its worker was told of an attempt, the SDK does not say.
  const { leasesLost: _unknown, ...log } = await checkLog(story, found);
  const heard = await checkSubscriber(story, found);
  measureRecovery(records, probes);
  checkRecovery(records, journal.intents, found.rules);
  const views = await checkViews(story, found.divergence);
  const exitCode = await cluster.stop();
  if (exitCode !== 0) found.rules.push(`the last, polite stop ended with exit code ${exitCode}`);
  const counts = Object.fromEntries(Object.entries(found).map(([kind, list]) => [kind, list.length]));
  const rows = summary(records);
  return {
    table: rows,
    violations: Object.entries(found).flatMap(([kind, list]) => list.map((words) => `${kind}: ${words}`)),
    proved: runs.length,
    ...counts,
    faults: records.length,
    recoveryMs: rows,
    runs: runs.length,
    executions: ledger.length,
    ...intents,
    ...log,
    repeatRate: Number((log.repeatedExecutions / ledger.length).toFixed(5)),
    ...heard,
    ...views,
    endedByThemselves: endings(cluster),
    answersMs: answerTimes(journal.intents, records),
  };
}

/** Every event reached the subscriber, in the order of its stream, and nothing else did. */
async function checkSubscriber({ subscriber, histories }, found) {
  const { positions } = subscriber;
  for (const giveUpAt = Date.now() + HEARD_MS; positions.missing(histories) > 0 && Date.now() < giveUpAt;)
    await sleep(500);
  const missing = positions.missing(histories);
  if (missing > 0) found.reorder.push(`${missing} events of the log never reached the subscriber`);
  const unfounded = positions.unfounded(histories);
  if (unfounded > 0) found.phantom.push(`${unfounded} events reached the subscriber and are not in the log`);
  found.reorder.push(...positions.violations);
  return { repeatedEvents: positions.repeats, strangers: subscriber.strangers };
}

/** Which processes ended though nobody had asked them to, and how. */
function endings(cluster) {
  return Object.fromEntries(
    cluster.children.filter(({ endings }) => endings.length > 0).map(({ name, endings }) => [name, endings]),
  );
}

/** How long commands took while faults were at work, and when none was. */
function answerTimes(intents, records) {
  const isDuring = ({ at }) => records.some(({ startedAt, endedAt }) => at >= startedAt && at < endedAt);
  const spread = (list) => {
    const sorted = list.map(({ tookMs }) => tookMs ?? Infinity).sort((a, b) => a - b);
    const at = (share) => sorted[Math.floor(sorted.length * share)] ?? null;
    return { p50: at(0.5), p99: at(0.99) };
  };
  return { during: spread(intents.filter(isDuring)), otherwise: spread(intents.filter((each) => !isDuring(each))) };
}
