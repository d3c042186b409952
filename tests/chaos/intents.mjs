import { readHistories } from './histories.mjs';

const count = (events, type, more = () => true) => events.filter((event) => event.type === type && more(event)).length;

/** What each acknowledged command must have left behind, and how often. */
const traces = {
  start: (events) => count(events, 'WorkflowStarted'),
  cancel: (events) => count(events, 'WorkflowStopped', ({ cause }) => cause === 'cancelled'),
  pause: (events) => count(events, 'WorkflowPaused'),
  resume: (events) => count(events, 'WorkflowResumed'),
  retry: (events) => count(events, 'WorkflowRetried'),
};

/** Every acknowledged command is in the log, once; one that was refused left nothing. */
export async function checkIntents({ journal, server }, found) {
  const histories = await readHistories(server, []);
  const counts = { intents: 0, refused: 0, repeatedRequests: 0 };
  const started = new Map();
  for (const intent of journal.intents) {
    const { operation, outcome, key, unknown } = intent;
    counts.intents += 1;
    counts.repeatedRequests += unknown;
    if (outcome === undefined) found.lost.push(`${operation} ${key} was never answered`);
    if (outcome === 'refused') counts.refused += 1;
    const run = intent.run ?? intent.answer?.id;
    if (operation === 'start' && outcome === 'ok') {
      if (started.has(run)) found.doubleEffect.push(`${key} and ${started.get(run)} were given the same run`);
      started.set(run, key);
    }
    checkTrace(intent, run, histories, found);
  }
  return counts;
}

function checkTrace({ operation, outcome, key, status }, run, histories, found) {
  if (outcome === undefined || (operation === 'start' && outcome === 'refused')) {
    if (outcome) found.rules.push(`${key} was refused with ${status}`);
    return;
  }
  const there = traces[operation](histories.get(run)?.events ?? []);
  const wanted = outcome === 'ok' ? 1 : 0;
  if (there !== wanted)
    found[kindOf(there, wanted)].push(
      `${operation} of ${run} was ${outcome} (${status}), and is in the log ${there} times`,
    );
}

function kindOf(there, wanted) {
  if (there < wanted) return 'lost';
  return wanted === 0 ? 'phantom' : 'doubleEffect';
}
