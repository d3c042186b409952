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
export async function checkIntents({ journal, server }, violations) {
  const histories = await readHistories(server, []);
  const counts = { intents: 0, refused: 0, repeatedRequests: 0 };
  const started = new Map();
  for (const intent of journal.intents) {
    const { operation, outcome, key, unknown } = intent;
    counts.intents += 1;
    counts.repeatedRequests += unknown;
    if (outcome === undefined) violations.push(`${operation} ${key} was never answered`);
    if (outcome === 'refused') counts.refused += 1;
    const run = intent.run ?? intent.answer?.id;
    if (operation === 'start' && outcome === 'ok') {
      if (started.has(run)) violations.push(`${key} and ${started.get(run)} were given the same run`);
      started.set(run, key);
    }
    checkTrace(intent, run, histories, violations);
  }
  return counts;
}

function checkTrace({ operation, outcome, key, status }, run, histories, violations) {
  if (outcome === undefined || (operation === 'start' && outcome === 'refused')) {
    if (outcome) violations.push(`${key} was refused with ${status}`);
    return;
  }
  const found = traces[operation](histories.get(run)?.events ?? []);
  const wanted = outcome === 'ok' ? 1 : 0;
  if (found !== wanted)
    violations.push(`${operation} of ${run} was ${outcome} (${status}), and is in the log ${found} times`);
}
