/** What must be true of the events of any run, whatever happened to the process that recorded them. */

const ENDS = {
  WorkflowCompleted: 'completed',
  WorkflowFailed: 'failed',
  WorkflowCompensated: 'compensated',
  WorkflowCancelled: 'cancelled',
};
const OUTCOMES = new Set(['TaskCompleted', 'TaskFailed', 'TaskWithdrawn', 'TaskSkipped']);

/** How a run stands after its last event, as far as it can be told without the code that decided it. */
export function statusOf(events) {
  return events.reduce((status, event) => {
    if (ENDS[event.type]) return ENDS[event.type];
    if (event.type === 'WorkflowPaused') return 'paused';
    if (event.type === 'CompensationStarted') return 'compensating';
    if (event.type === 'WorkflowResumed' || event.type === 'WorkflowRetried') return event.status;
    return status ?? 'running';
  }, undefined);
}

/** Names every rule that a run's events break. `plan` knows of each task, by ordinal, what it waits for and undoes. */
export function checkRun(events, plan) {
  const faults = [];
  const say = (version, words) => faults.push(`version ${version}: ${words}`);
  const tasks = new Map();
  let ended = false;
  for (const [index, event] of events.entries()) {
    const version = index + 1;
    if (ended && event.type !== 'WorkflowRetried') say(version, `${event.type} after the end`);
    ended = event.type in ENDS;
    if (event.task !== undefined) checkTask(event, tasks, plan, (words) => say(version, words));
  }
  if (events[0]?.type !== 'WorkflowStarted') say(1, `begins with ${events[0]?.type}`);
  if (events.filter(({ type }) => type === 'WorkflowStarted').length > 1) say(1, 'started twice');
  checkStop(events, plan, say);
  checkCompensation(events, plan, say);
  return faults;
}

function checkTask({ type, task: ordinal, attempt }, tasks, plan, say) {
  const task = tasks.get(ordinal) ?? { attempt: 0, started: new Set(), outcomes: new Set(), done: false };
  tasks.set(ordinal, task);
  const name = `attempt ${attempt} of task ${ordinal}`;
  if (task.done) say(`${type} of task ${ordinal}, which was completed`);
  if (attempt > task.attempt + 1 || attempt < task.attempt) say(`${name} after attempt ${task.attempt}`);
  if (attempt > task.attempt) checkReady(ordinal, tasks, plan, say);
  task.attempt = attempt;
  if (type === 'TaskStarted') once(task.started, attempt, () => say(`${name} started twice`));
  if (!OUTCOMES.has(type)) return;
  once(task.outcomes, attempt, () => say(`a second outcome of ${name}`));
  task.done = type === 'TaskCompleted' || type === 'TaskSkipped';
}

function once(seen, attempt, complain) {
  if (seen.has(attempt)) complain();
  seen.add(attempt);
}

function checkReady(ordinal, tasks, plan, say) {
  for (const before of plan.get(ordinal)?.dependsOn ?? []) {
    if (!tasks.get(before)?.done) say(`task ${ordinal} began before task ${before} was done`);
  }
}

/** Once a run was stopped nothing is queued in it but what undoes, until it is tried again. */
function checkStop(events, plan, say) {
  let isStopped = false;
  for (const [index, { type, task }] of events.entries()) {
    if (type === 'WorkflowStopped') isStopped = true;
    if (type === 'WorkflowRetried') isStopped = false;
    const isNew = type === 'TaskQueued' && plan.get(task)?.undoes === undefined;
    if (isStopped && isNew) say(index + 1, `task ${task} was queued after the stop`);
  }
}

/** Exactly what was completed and can be undone is undone, once, the last first, and nothing before it is time. */
function checkCompensation(events, plan, say) {
  const completed = events.filter(({ type }) => type === 'TaskCompleted').map(({ task }) => task);
  const undone = completed.filter((ordinal) => plan.get(ordinal)?.undoes !== undefined);
  const begins = events.findIndex(({ type }) => type === 'CompensationStarted');
  const first = events.findIndex(({ task }) => task !== undefined && plan.get(task)?.undoes !== undefined);
  if (first >= 0 && (begins < 0 || first < begins)) say(first + 1, 'something is undone before compensation began');
  if (begins < 0) return;
  const toUndo = completed.filter((ordinal) => plan.get(ordinal)?.undoneBy !== undefined).reverse();
  const wanted = toUndo.map((ordinal) => plan.get(ordinal).undoneBy);
  const isEnded = ['compensated', 'cancelled'].includes(statusOf(events));
  const expected = isEnded ? wanted : wanted.slice(0, undone.length);
  if (JSON.stringify(undone) !== JSON.stringify(expected))
    say(begins + 1, `undone were ${undone}, and not ${expected}`);
}

/** What a run's page says of its tasks, by ordinal. */
export function planOf(details) {
  const ordinal = (id) => Number(id.split('~')[1]);
  const plan = new Map();
  for (const { id, dependsOn, compensation } of details.tasks) {
    const undoneBy = compensation ? ordinal(compensation.id) : undefined;
    plan.set(ordinal(id), { dependsOn: dependsOn.map(ordinal), undoneBy });
    if (undoneBy !== undefined) plan.set(undoneBy, { dependsOn: [], undoes: ordinal(id) });
  }
  return plan;
}
