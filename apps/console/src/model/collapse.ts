/** A task as a graph sees it. */
export interface GraphTask {
  readonly id: string;
  readonly key: string;
  readonly type: string;
  readonly dependsOn: readonly string[];
}

/** What is drawn as one: a task, or many that are alike. */
export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly members: readonly string[];
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Siblings become one node when there are so many of them. */
const ALIKE_MIN = 6;
/** More nodes than these are not drawn, unless they are asked for: what still stands alone is gathered more coarsely. */
export const NODES_MAX = 300;

/** Each task's longest way from a beginning: its column. */
export function depthsOf(tasks: readonly GraphTask[]): ReadonlyMap<string, number> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const depths = new Map<string, number>();
  for (const { id } of tasks) settle(id, byId, depths);
  return depths;
}

/** Without recursion: a chain may be as long as a run may have tasks. */
function settle(start: string, byId: ReadonlyMap<string, GraphTask>, depths: Map<string, number>): void {
  const waiting = [start];
  while (waiting.length > 0) {
    const id = waiting.at(-1)!;
    const on = byId.get(id)!.dependsOn.filter((each) => byId.has(each));
    const open = depths.has(id) ? [] : on.filter((each) => !depths.has(each));
    if (open.length > 0) waiting.push(...open);
    else {
      waiting.pop();
      if (!depths.has(id))
        depths.set(
          id,
          on.reduce((deepest, each) => Math.max(deepest, depths.get(each)! + 1), 0),
        );
    }
  }
}

/** What a key says without its numbers: `resize-01` and `resize-17` are alike. */
export function stemOf(key: string): string {
  return key.replace(/\d+/g, '#');
}

const nameOf = (stem: string) => stem.replace(/[-_.\s]*(ID|id|no|n)?#.*$/, '') || stem;

/** A run's tasks as a graph that can be looked at: like siblings are one node, and never more nodes than fit a mind. */
export function collapse(tasks: readonly GraphTask[]): Graph {
  const depths = depthsOf(tasks);
  const alike = (task: GraphTask) => `${depths.get(task.id)}|${task.type}|${stemOf(task.key)}`;
  const fine = grouped(tasks, alike, ALIKE_MIN);
  if (fine.nodes.length <= NODES_MAX) return fine;
  const column = grouped(tasks, (task) => `${depths.get(task.id)}|${task.type}`, 2);
  if (column.nodes.length <= NODES_MAX) return column;
  const columns = Math.max(...depths.values()) + 1;
  const width = Math.ceil(columns / NODES_MAX);
  // Neighbouring columns as a whole: an edge inside such a node is not drawn, and none leads back.
  return grouped(tasks, (task) => `${Math.floor(depths.get(task.id)! / width)}`, 2);
}

/** The same with every task by itself, however many there are. */
export function everyTask(tasks: readonly GraphTask[]): Graph {
  return grouped(tasks, ({ id }) => id, Infinity);
}

function grouped(tasks: readonly GraphTask[], keyOf: (task: GraphTask) => string, least: number): Graph {
  const groups = new Map<string, GraphTask[]>();
  for (const task of tasks) {
    const group = groups.get(keyOf(task));
    if (group) group.push(task);
    else groups.set(keyOf(task), [task]);
  }
  const nodes = [...groups].flatMap(([key, members]) =>
    members.length >= least ? [nodeOf(`group:${key}`, members)] : members.map((task) => nodeOf(task.id, [task])),
  );
  return { nodes, edges: edgesOf(tasks, nodes) };
}

function nodeOf(id: string, members: readonly GraphTask[]): GraphNode {
  const [first] = members;
  const types = new Set(members.map(({ type }) => type));
  const stems = new Set(members.map(({ key }) => stemOf(key)));
  const many = stems.size === 1 ? nameOf([...stems][0]!) : `${first!.key} … ${members.at(-1)!.key}`;
  return {
    id,
    label: members.length === 1 ? first!.key : many,
    type: types.size === 1 ? first!.type : `${types.size} types`,
    members: members.map((task) => task.id),
  };
}

function edgesOf(tasks: readonly GraphTask[], nodes: readonly GraphNode[]): readonly GraphEdge[] {
  const home = new Map(nodes.flatMap(({ id, members }) => members.map((member) => [member, id] as const)));
  const edges = new Map<string, GraphEdge>();
  for (const task of tasks) {
    const to = home.get(task.id)!;
    for (const on of task.dependsOn) {
      const from = home.get(on);
      if (from !== undefined && from !== to) edges.set(`${from}→${to}`, { from, to });
    }
  }
  return [...edges.values()];
}

interface Timed extends GraphTask {
  readonly endedAt: string | null;
}

/** The tasks that the run's length came from: from the one that ended last, each time the dependency that ended last. */
export function criticalPath(tasks: readonly Timed[]): ReadonlySet<string> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const later = (best: Timed | undefined, task: Timed | undefined) =>
    task?.endedAt && (!best?.endedAt || task.endedAt > best.endedAt) ? task : best;
  const path = new Set<string>();
  let at = tasks.reduce<Timed | undefined>(later, undefined);
  while (at && !path.has(at.id)) {
    path.add(at.id);
    at = at.dependsOn.map((id) => byId.get(id)).reduce<Timed | undefined>(later, undefined);
  }
  return path;
}
