/** What must be true of a run of a recorded workflow, told from the instance itself and the run's events alone. */

/** Runtimes are multiplied, and what multiplication adds by itself is no lateness. */
const HAIR_MS = 1e-6;

/** The graph of an instance of WfFormat 1.5 and later: of each task how long it slept, and after which others. */
export function graphOf(instance, timeScale) {
  const { specification, execution } = instance.workflow;
  const runtimes = new Map(execution.tasks.map(({ id, runtimeInSeconds }) => [id, runtimeInSeconds]));
  const positions = new Map(specification.tasks.map(({ id }, position) => [id, position]));
  const tasks = specification.tasks.map(({ id }) => ({
    id,
    ms: runtimes.get(id) * 1000 * timeScale,
    after: new Set(),
  }));
  for (const [position, { parents, children }] of specification.tasks.entries()) {
    for (const parent of parents) tasks[position].after.add(positions.get(parent));
    for (const child of children) tasks[positions.get(child)].after.add(position);
  }
  return tasks;
}

export function countEdges(tasks) {
  return tasks.reduce((sum, { after }) => sum + after.size, 0);
}

/** The longest way through the graph, in milliseconds: nothing that honours it can be faster. */
export function criticalPath(tasks) {
  const ends = new Map();
  // Without recursion: a chain may be longer than the stack.
  const open = tasks.map((_, position) => position);
  while (open.length > 0) {
    const position = open.at(-1);
    const { ms, after } = tasks[position];
    const missing = ends.has(position) ? [] : [...after].filter((other) => !ends.has(other));
    if (missing.length > 0) open.push(...missing);
    else {
      open.pop();
      ends.set(position, ms + Math.max(0, ...[...after].map((other) => ends.get(other))));
    }
  }
  return Math.max(0, ...ends.values());
}

/** Names every rule that the events break, as REST tells them. The tasks of a run are numbered as those of its instance. */
export function checkRun(events, tasks) {
  const faults = [];
  const lives = tasks.map(() => ({ begins: [], ends: [] }));
  for (const [index, { version, type, at, data }] of events.entries()) {
    if (version !== index + 1) faults.push(`version ${version} stands where ${index + 1} should`);
    if (data.taskId === undefined) continue;
    const life = lives[Number(data.taskId.split('~')[1])];
    if (!life) faults.push(`version ${version}: ${type} of ${data.taskId}, which the instance does not have`);
    else (type === 'TaskCompleted' ? life.ends : life.begins).push({ version, at: Date.parse(at) });
  }
  const ofTasks = tasks.flatMap((task, position) => checkTask(task, lives[position], lives).map(told(task)));
  return [...faults, ...checkEnds(events), ...ofTasks];
}

function checkEnds(events) {
  const [first, last] = [events[0]?.type, events.at(-1)?.type];
  const faults = first === 'WorkflowStarted' ? [] : [`the run begins with ${first}`];
  return last === 'WorkflowCompleted' ? faults : [...faults, `the run ends with ${last}`];
}

const told =
  ({ id }) =>
  (fault) =>
    `task ${id} ${fault}`;

function checkTask({ ms, after }, { begins, ends }, lives) {
  if (ends.length !== 1) return [`completed ${ends.length} times`];
  const [end] = ends;
  // What sleeps no time at all has no beginning of its own.
  const begin = begins[0] ?? end;
  const faults = begins.filter(({ version }) => version > end.version).map(() => 'goes on after its end');
  const slept = end.at - begin.at;
  if (slept < ms - HAIR_MS) faults.push(`slept ${slept} ms of ${ms}`);
  for (const before of [...after].map((other) => lives[other].ends[0])) {
    const isOver = before !== undefined && before.version < begin.version && before.at <= begin.at;
    if (!isOver) faults.push('began before all that it waits for had ended');
  }
  return faults;
}
