// Graphs as large as people have them, of tasks that do nothing.

const task = (...dependsOn) => ({ type: 'noop', dependsOn: [...new Set(dependsOn)] });
const numbered = (name, at) => `${name}-${String(at).padStart(4, '0')}`;

/**
 * A mosaic of the sky in three colours, of the shape that Montage has in the WfCommons collection: 1,738 tasks, of which
 * 1,242 compare neighbours, with 4,698 edges.
 */
function mosaic({ bands = 3, images = 80, overlaps = 414 } = {}) {
  const tasks = {};
  for (let band = 0; band < bands; band += 1) {
    const of = (name, at) => numbered(name, band * images + at);
    for (let at = 0; at < images; at += 1) tasks[of('project', at)] = task();
    const differences = Array.from({ length: overlaps }, (_, at) => numbered('difference', band * overlaps + at));
    for (const [at, key] of differences.entries()) {
      const distance = 1 + Math.floor(at / images);
      tasks[key] = task(of('project', at % images), of('project', (at + distance) % images));
    }
    tasks[numbered('concatenate', band)] = task(...differences);
    tasks[numbered('model', band)] = task(numbered('concatenate', band));
    const corrected = Array.from({ length: images }, (_, at) => of('correct', at));
    for (const [at, key] of corrected.entries()) tasks[key] = task(numbered('model', band), of('project', at));
    tasks[numbered('index', band)] = task(...corrected);
    tasks[numbered('add', band)] = task(numbered('index', band), ...corrected);
    tasks[numbered('view', band)] = task(numbered('add', band));
  }
  tasks['view-all'] = task(...Array.from({ length: bands }, (_, band) => numbered('add', band)));
  return tasks;
}

const KINDS = ['align', 'call', 'filter', 'fold', 'join', 'map', 'merge', 'rank', 'score', 'sort'];

/** 5,000 tasks in 25 steps, of ten kinds each, with edges across: the most nodes and edges that the console draws. */
function pipeline({ steps = 25, each = 200 } = {}) {
  const keyOf = (step, at) => `${KINDS[at % KINDS.length]}-${step}-${Math.floor(at / KINDS.length)}`;
  const keys = Array.from({ length: steps }, (_, step) => Array.from({ length: each }, (__, at) => keyOf(step, at)));
  return Object.fromEntries(
    keys.flatMap((row, step) =>
      row.map((key, at) => {
        const before = keys[step - 1];
        return [key, before ? task(before[at], before[(at * 7 + step) % each]) : task()];
      }),
    ),
  );
}

export const LARGE_GRAPHS = [
  { orrery: 'v1', name: 'mosaic', tasks: mosaic() },
  { orrery: 'v1', name: 'pipeline', tasks: pipeline() },
];
