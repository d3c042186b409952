/** A graph of tasks by ordinal: for each, the tasks that it waits for. */
export type Dependencies = readonly (readonly number[])[];

/**
 * The strongly connected parts of a graph: tasks that wait for each other come together, all others alone. A part comes
 * after all parts that it waits for. (Tarjan's algorithm, without recursion: a chain of 20,000 tasks is deep.)
 */
export function partsOf(dependencies: Dependencies): number[][] {
  const parts: number[][] = [];
  const entered: number[] = [];
  const lowest: number[] = [];
  const open: number[] = [];
  const isOpen: boolean[] = [];
  const next: number[] = dependencies.map(() => 0);
  const path: number[] = [];
  let clock = 0;

  const enter = (node: number) => {
    entered[node] = lowest[node] = clock++;
    open.push(node);
    isOpen[node] = true;
    path.push(node);
  };
  const leave = (node: number) => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lowest[parent] = Math.min(lowest[parent]!, lowest[node]!);
    if (lowest[node] !== entered[node]) return;
    const part = open.splice(open.lastIndexOf(node));
    for (const member of part) isOpen[member] = false;
    parts.push(part.sort((a, b) => a - b));
  };

  for (const root of dependencies.keys()) {
    if (entered[root] === undefined) enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const dependency = dependencies[node]![next[node]!++];
      if (dependency === undefined) leave(node);
      else if (entered[dependency] === undefined) enter(dependency);
      else if (isOpen[dependency]) lowest[node] = Math.min(lowest[node]!, entered[dependency]);
    }
  }
  return parts;
}

/** The shortest way from the first task of a part through others of it and back, ends included. */
export function cycleIn(part: readonly number[], dependencies: Dependencies): number[] {
  const members = new Set(part);
  const start = part[0]!;
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (let at = 0; ; at++) {
    const node = queue[at]!;
    for (const dependency of dependencies[node]!) {
      if (dependency === start) return wayTo(node, cameFrom, [start]);
      if (!members.has(dependency) || cameFrom.has(dependency)) continue;
      cameFrom.set(dependency, node);
      queue.push(dependency);
    }
  }
}

function wayTo(end: number, cameFrom: ReadonlyMap<number, number>, way: number[]): number[] {
  for (let node: number | undefined = end; node !== undefined; node = cameFrom.get(node)) way.push(node);
  return way.reverse();
}

/** That one task must have ended when another begins. */
export interface Claim {
  readonly task: number;
  readonly upstream: number;
}

/** As many as a number has bits to work with. */
const AT_ONCE = 31;

/**
 * The claims that the graph does not bear out. Walks the graph once for every 31 tasks claimed to be upstream, a bit for
 * each, so that 20,000 claims over 20,000 tasks take a moment.
 */
export function unfounded<C extends Claim>(claims: readonly C[], dependencies: Dependencies): C[] {
  const direct = new Map<number, ReadonlySet<number>>();
  const open = claims.filter(({ task, upstream }) => {
    if (!direct.has(task)) direct.set(task, new Set(dependencies[task]));
    return !direct.get(task)!.has(upstream);
  });
  const byUpstream = new Map<number, C[]>();
  for (const claim of open) {
    if (!byUpstream.has(claim.upstream)) byUpstream.set(claim.upstream, []);
    byUpstream.get(claim.upstream)!.push(claim);
  }
  const wanted = [...byUpstream.keys()];
  const parts = wanted.length === 0 ? [] : partsOf(dependencies);
  const wrong = new Set<C>();
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const batch = wanted.slice(from, from + AT_ONCE);
    const above = upstreamBits(batch, parts, dependencies);
    const isAbove = ({ task }: C, bit: number) => ((above[task]! >> bit) & 1) === 1;
    for (const [bit, upstream] of batch.entries()) {
      for (const claim of byUpstream.get(upstream)!.filter((each) => !isAbove(each, bit))) wrong.add(claim);
    }
  }
  return open.filter((claim) => wrong.has(claim));
}

/** For each task, which of the batch are somewhere upstream of it, a bit for each. */
function upstreamBits(batch: readonly number[], parts: readonly number[][], dependencies: Dependencies): Int32Array {
  const own = new Int32Array(dependencies.length);
  for (const [bit, task] of batch.entries()) own[task] = 1 << bit;
  const above = new Int32Array(dependencies.length);
  for (const part of parts) {
    let bits = 0;
    for (const task of part)
      for (const dependency of dependencies[task]!) bits |= above[dependency]! | own[dependency]!;
    for (const task of part) above[task] = bits;
  }
  return above;
}
