import { type Graph, type GraphTask, depthsOf } from './collapse.js';
import { NODE_HEIGHT, NODE_WIDTH, type Placed } from './places.js';

/** Between the nodes of a column, between columns, and between lines of columns, in pixels. */
const GAP = 12;
const COLUMN_GAP = 120;
const LINE_GAP = 80;
/** How wide the whole should be beside its height, to fit a screen. */
const ASPECT = 2.2;
/** What is wider than so many times its height is folded into lines. */
const TOO_WIDE = 20;

const STEP_X = NODE_WIDTH + GAP;
const STEP_Y = NODE_HEIGHT + GAP;

/**
 * Lays out a graph of thousands: a column for each depth, in which who depends on the same stands together. A tall column
 * is folded into a block, and a long row of columns into lines, so that the whole has the shape of a screen. It takes one
 * look at each edge.
 */
export function inColumns(graph: Graph): readonly Placed[] {
  const columns = ordered(tasksOf(graph));
  const { rows, lineWidth } = shapeFor(columns.map(({ length }) => length));
  let [x, y] = [0, 0];
  return columns.flatMap((column) => {
    const width = widthOf(column.length, rows);
    if (x > 0 && x + width > lineWidth) [x, y] = [0, y + rows * STEP_Y + LINE_GAP];
    const left = x;
    x += width;
    const top = y + ((rows - Math.min(rows, column.length)) * STEP_Y) / 2;
    return column.map(({ id }, at) => ({
      id,
      x: left + Math.floor(at / rows) * STEP_X,
      y: top + (at % rows) * STEP_Y,
    }));
  });
}

function tasksOf({ nodes, edges }: Graph): readonly GraphTask[] {
  const dependsOn = new Map(nodes.map(({ id }) => [id, [] as string[]]));
  for (const { from, to } of edges) dependsOn.get(to)!.push(from);
  return nodes.map(({ id, type }) => ({ id, key: id, type, dependsOn: dependsOn.get(id)! }));
}

const widthOf = (length: number, rows: number) => Math.ceil(length / rows) * STEP_X + COLUMN_GAP;

/** The columns, each in the order in which its tasks' dependencies stand. */
function ordered(tasks: readonly GraphTask[]): readonly (readonly GraphTask[])[] {
  const depths = depthsOf(tasks);
  const columns: GraphTask[][] = [];
  for (const task of tasks) (columns[depths.get(task.id)!] ??= []).push(task);
  /** How far down its column each task stands, from 0 to 1. */
  const heights = new Map<string, number>();
  for (const column of columns) {
    const wanted = new Map(column.map((task) => [task.id, meanOf(task.dependsOn, heights)]));
    column.sort((one, other) => wanted.get(one.id)! - wanted.get(other.id)!);
    for (const [at, { id }] of column.entries()) heights.set(id, (at + 0.5) / column.length);
  }
  return columns;
}

function meanOf(ids: readonly string[], heights: ReadonlyMap<string, number>): number {
  const known = ids.flatMap((id) => heights.get(id) ?? []);
  return known.reduce((sum, height) => sum + height, 0) / Math.max(1, known.length);
}

/** The fewest rows with which the whole is not wider than it should be, and how wide a line may be. */
function shapeFor(lengths: readonly number[]): { readonly rows: number; readonly lineWidth: number } {
  const most = Math.max(1, ...lengths);
  const wholeOf = (rows: number) => lengths.reduce((width, length) => width + widthOf(length, rows), 0);
  let rows = 1;
  while (rows < most && wholeOf(rows) > ASPECT * rows * STEP_Y) rows = Math.min(most, Math.ceil(rows * 1.05));
  const [whole, lineHeight] = [wholeOf(rows), rows * STEP_Y + LINE_GAP];
  return { rows, lineWidth: whole > TOO_WIDE * lineHeight ? Math.sqrt(ASPECT * whole * lineHeight) : whole };
}
