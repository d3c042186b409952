/** What must be true of the events of a run, as REST tells them, however large it is and whatever happened meanwhile. */

const ENDS = {
  WorkflowCompleted: 'completed',
  WorkflowFailed: 'failed',
  WorkflowCompensated: 'compensated',
  WorkflowCancelled: 'cancelled',
};
const BEGINS = new Set(['TaskQueued', 'TaskExpanded']);
const OUTCOMES = new Set(['TaskCompleted', 'TaskFailed', 'TaskSkipped', 'TaskWithdrawn', 'TaskCollected']);

/** Versions without a gap, no attempt begun or ended twice, nothing after the end, and the end that it should have. */
export function checkRun(events, status) {
  const faults = [];
  const seen = new Set();
  for (const [index, { version, type, data }] of events.entries()) {
    if (version !== index + 1) faults.push(`version ${version} stands where ${index + 1} should`);
    if (data.taskId === undefined) continue;
    const step = `${OUTCOMES.has(type) ? 'end' : type} of attempt ${data.attempt} of ${data.key}`;
    if (seen.has(step)) faults.push(`a second ${step}`);
    seen.add(step);
  }
  return [...faults, ...checkEnd(events, status)];
}

function checkEnd(events, status) {
  const end = events.findIndex(({ type }) => ENDS[type]);
  if (end < 0) return ['it has not ended'];
  const ended = ENDS[events[end].type];
  const faults = ended === status ? [] : [`it is ${ended}, and not ${status}`];
  return end === events.length - 1 ? faults : [...faults, `${events[end + 1].type} after the end`];
}

/** Nothing new begins in a run that is stopped, or while it is paused; attempts in somebody's hands may go on. */
export function checkQuiet(events) {
  const faults = [];
  const queued = new Set();
  let isQuiet = false;
  for (const { version, type, data } of events) {
    if (type === 'WorkflowStopped' || type === 'WorkflowPaused') isQuiet = true;
    if (type === 'WorkflowResumed') isQuiet = false;
    const attempt = `${data.taskId} ${data.attempt}`;
    if (type === 'TaskQueued') queued.add(attempt);
    const isNew = BEGINS.has(type) || (type === 'TaskStarted' && !queued.has(attempt));
    if (isQuiet && isNew) faults.push(`version ${version}: ${type} of ${data.key} while nothing may begin`);
  }
  return faults;
}

/** Every item of a list was done, once; never more at a time than may be; and the list is collected when all were. */
export function checkList(events, { key, count, concurrency = count }) {
  const { done, most, collectedAfter } = itemsOf(events, key);
  const faults = Array.from({ length: count }, (_, index) => [index, done.get(index) ?? 0])
    .filter(([, times]) => times !== 1)
    .map(([index, times]) => `${key}[${index}] completed ${times} times`);
  if (done.size > count) faults.push(`${key} has ${done.size} items, and not ${count}`);
  if (collectedAfter !== count) faults.push(`${key} was collected after ${collectedAfter} items, and not ${count}`);
  if (most > concurrency) faults.push(`${most} items of ${key} were under way at a time, and not ${concurrency}`);
  return faults;
}

/** How often each item completed, how many were under way at most, and how many were done when the list was collected. */
function itemsOf(events, key) {
  const done = new Map();
  const underWay = new Set();
  let [most, collectedAfter] = [0, 0];
  for (const { type, data } of events) {
    if (type === 'TaskCollected' && data.key === key) collectedAfter = done.size;
    const [, list, number] = /^(.*)\[(\d+)\]$/.exec(data.key ?? '') ?? [];
    if (list !== key) continue;
    const index = Number(number);
    if (OUTCOMES.has(type)) underWay.delete(index);
    else underWay.add(index);
    if (type === 'TaskCompleted') done.set(index, (done.get(index) ?? 0) + 1);
    most = Math.max(most, underWay.size);
  }
  return { done, most, collectedAfter };
}

/** What stands in a list is what should, each in its place. */
export function checkOutput(output, wanted) {
  if (!Array.isArray(output) || output.length !== wanted.length) return [`the output has not ${wanted.length} items`];
  return wanted
    .map((each, index) => [index, JSON.stringify(output[index]), JSON.stringify(each)])
    .filter(([, found, expected]) => found !== expected)
    .map(([index, found, expected]) => `item ${index} of the output is ${found}, and not ${expected}`);
}

/** Every signal that was acknowledged is recorded, once, and taken by one task, the oldest first. */
export function checkSignals(events, { name, sent, taken }) {
  const received = events.filter(({ type, data }) => type === 'SignalReceived' && data.name === name);
  const payloads = received.map(({ data }) => JSON.stringify(data.payload));
  const faults = sent
    .map((payload) => [payload, payloads.filter((each) => each === JSON.stringify(payload)).length])
    .filter(([, times]) => times !== 1)
    .map(([payload, times]) => `signal ${JSON.stringify(payload)} was received ${times} times`);
  if (payloads.length !== sent.length) faults.push(`${payloads.length} signals were received, and not ${sent.length}`);
  if (taken === undefined) return faults;
  return [
    ...faults,
    ...checkOutput(
      taken,
      received.map(({ data }) => data.payload),
    ),
  ];
}

/** No run within a run goes on after the one that waits for it. */
export function checkFamily(family) {
  return family
    .filter(({ parent, endedAt }) => parent && !(endedAt !== null && endedAt <= parent.endedAt))
    .map(({ id, parent, endedAt }) => `${id} ended at ${endedAt}, and ${parent.id} around it at ${parent.endedAt}`);
}

/**
 * A tree of runs, by the histories of the log: as deep as it should be, one child for each attempt that wanted one, each
 * ended, and its end told to the run that waited for it.
 */
export function checkTree(root, histories, depth) {
  const faults = [];
  const runs = descendantsOf(root, histories);
  const deepest = Math.max(0, ...runs.map(({ parent }) => parent?.depth ?? 0));
  if (depth !== undefined && deepest !== depth) faults.push(`the tree is ${deepest} deep, and not ${depth}`);
  const wanted = new Set();
  for (const { stream, parent, events } of runs) {
    if (!ENDS[events.at(-1).type]) faults.push(`${stream} is left running, ${parent?.depth ?? 0} deep`);
    if (!parent) continue;
    const attempt = `${parent.workflow}~${parent.task}, attempt ${parent.attempt}`;
    if (wanted.has(attempt)) faults.push(`a second run for ${attempt}`);
    wanted.add(attempt);
  }
  return [...faults, ...checkWaiting(runs)];
}

function descendantsOf(root, histories) {
  const children = new Map();
  for (const history of histories.values()) {
    const { parent } = history.events[0];
    if (parent) children.set(parent.workflow, [...(children.get(parent.workflow) ?? []), { ...history, parent }]);
  }
  const found = [histories.get(root)];
  for (const run of found) found.push(...(children.get(run.stream) ?? []));
  return found;
}

/** A task that waited for a run completes only when that run has, with its output. */
function checkWaiting(runs) {
  const streams = new Map(runs.map((run) => [run.stream, run]));
  return runs.flatMap(({ stream, parent, events }) => {
    const task = streams
      .get(parent?.workflow)
      ?.events.find(
        ({ type, task, attempt }) => type === 'TaskCompleted' && task === parent.task && attempt === parent.attempt,
      );
    const end = events.at(-1);
    const isTold =
      !task || (end.type === 'WorkflowCompleted' && JSON.stringify(end.output) === JSON.stringify(task.output));
    return isTold ? [] : [`${stream} ended with ${end.type}, and its parent took it for completed`];
  });
}
