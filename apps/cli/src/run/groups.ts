import type { TaskPicture } from './run-picture.js';

/** One node of the tree: a task, or some that are alike and are drawn as one. */
export interface Group {
  /** `reserve`, or `resize*` for many. */
  readonly label: string;
  readonly members: readonly TaskPicture[];
  /** Below which node it is drawn; none for those that begin. */
  readonly parent: Group | undefined;
}

/** Fewer than so many are no crowd. */
const CROWD = 3;

/** Every task a node of its own. */
export const singles = (tasks: readonly TaskPicture[]): readonly Group[] =>
  grouped(tasks, depthsOf(tasks), ({ id }) => id);

/** What was found of tasks before: who is alike does not change while they run. */
const found = new WeakMap<readonly TaskPicture[], readonly Group[]>();

/** Tasks that are alike are one node: of one type, of one kind of key, and equally far from the start. */
export function crowds(tasks: readonly TaskPicture[]): readonly Group[] {
  const groups = found.get(tasks) ?? findCrowds(tasks);
  found.set(tasks, groups);
  return groups;
}

function findCrowds(tasks: readonly TaskPicture[]): readonly Group[] {
  const depths = depthsOf(tasks);
  const kindOf = ({ id, key, type }: TaskPicture) => `${type} ${stemOf(key)} ${depths.get(id)}`;
  const sizes = new Map<string, number>();
  for (const task of tasks) sizes.set(kindOf(task), (sizes.get(kindOf(task)) ?? 0) + 1);
  return grouped(tasks, depths, (task) => (sizes.get(kindOf(task))! < CROWD ? task.id : kindOf(task)));
}

/** What the keys of siblings share: `ship[3]` and `ship[4]` are `ship[*]`. */
const stemOf = (key: string) => key.replace(/\d+/g, '*');

interface Growing {
  readonly label: string;
  readonly members: TaskPicture[];
  readonly parent: Growing | undefined;
  readonly order: number;
}

type Depths = ReadonlyMap<string, number>;

/** Groups by name, each after what its first member waits for. */
function grouped(
  tasks: readonly TaskPicture[],
  depths: Depths,
  nameOf: (task: TaskPicture) => string,
): readonly Group[] {
  const groups = new Map<string, Growing>();
  const groupOf = new Map<string, Growing>();
  const waitsFor = parentsIn(tasks);
  const begin = ({ id, key }: TaskPicture): Growing => {
    const before = waitsFor(id).flatMap((each) => groupOf.get(each) ?? []);
    // It is drawn below what it waits for longest, and that is what was drawn last.
    const parent = before.reduce<Growing | undefined>(
      (last, each) => (each.order > (last?.order ?? -1) ? each : last),
      undefined,
    );
    return { label: key, members: [], parent, order: groups.size };
  };
  for (const task of inOrder(tasks, depths)) {
    const name = nameOf(task);
    const group = groups.get(name) ?? begin(task);
    groups.set(name, group);
    group.members.push(task);
    groupOf.set(task.id, group);
  }
  return named([...groups.values()]);
}

/** Each after what it waits for; of those equally far the items of a list first, else as the definition has them. */
function inOrder(tasks: readonly TaskPicture[], depths: Depths): readonly TaskPicture[] {
  const isItem = ({ key }: TaskPicture) => (key.endsWith(']') ? 0 : 1);
  return [...tasks].sort((a, b) => depths.get(a.id)! - depths.get(b.id)! || isItem(a) - isItem(b));
}

/** A crowd is called by what its keys share. */
function named(groups: readonly Growing[]): readonly Group[] {
  const done = new Map<Growing, Group>();
  for (const group of groups) {
    const { members, label, parent } = group;
    done.set(group, { label: members.length > 1 ? stemOf(label) : label, members, parent: parent && done.get(parent) });
  }
  return [...done.values()];
}

/** What each task is drawn below: what it depends on; an item of a `forEach`, the task that it is an item of. */
function parentsIn(tasks: readonly TaskPicture[]): (id: string) => readonly string[] {
  const byKey = new Map(tasks.map(({ id, key }) => [key, id]));
  const parents = new Map(
    tasks.map(({ id, key, dependsOn }) => {
      const whole = byKey.get(key.replace(/\[\d+\]$/, ''));
      return [id, whole !== undefined && whole !== id ? [whole] : dependsOn] as const;
    }),
  );
  return (id) => parents.get(id) ?? [];
}

/** The longest way from the start to each task, in steps. */
function depthsOf(tasks: readonly TaskPicture[]): Depths {
  const parents = parentsIn(tasks);
  const depths = new Map(tasks.map(({ id }) => [id, 0]));
  const waits = new Map(tasks.map(({ id }) => [id, parents(id).length]));
  const after = new Map<string, string[]>(tasks.map(({ id }) => [id, []]));
  for (const { id } of tasks) for (const on of parents(id)) after.get(on)?.push(id);
  const ready = tasks.filter(({ id }) => waits.get(id) === 0).map(({ id }) => id);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    for (const next of after.get(id) ?? []) {
      depths.set(next, Math.max(depths.get(next)!, depths.get(id)! + 1));
      const left = waits.get(next)! - 1;
      waits.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return depths;
}
