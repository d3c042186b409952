import { type Line, harmless, piece, widthOf } from '../output/line.js';
import { type Group, crowds, singles } from './groups.js';
import type { TaskPicture } from './run-picture.js';
import { urgencyOf } from './status-words.js';
import { countsOf, groupLine, mostUrgent, taskLine } from './task-line.js';

/** How much room there is, and what time it is. */
export interface Room {
  readonly rows: number;
  readonly columns: number;
  readonly now: number;
}

/** How wide a key may make its column. */
const LABEL_MAX = 44;
/** Deeper than this nothing is indented any more. */
const DEPTH_MAX = 6;

interface Node {
  readonly group: Group;
  readonly gutter: string;
}

/**
 * The tasks of a run in at most so many lines: as a tree of all of them; where that is too high, as a tree in which those
 * that are alike are one line; and where even that is too high, the most urgent ones.
 */
export function treeLines(tasks: readonly TaskPicture[], room: Room): Line[] {
  if (tasks.length <= room.rows) return drawn(inTree(singles(tasks)), room);
  const groups = crowds(tasks);
  return groups.length <= room.rows ? drawn(inTree(groups), room) : urgent(groups, room);
}

/** Nodes from top to bottom. An only child stands below its parent; several are branches. */
function inTree(groups: readonly Group[]): readonly Node[] {
  const children = new Map<Group | undefined, Group[]>();
  for (const group of groups) children.set(group.parent, [...(children.get(group.parent) ?? []), group]);
  const nodes: Node[] = [];
  const waiting = branches(children.get(undefined) ?? [], '', true);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    nodes.push(next);
    waiting.push(...branches(children.get(next.group) ?? [], next.below, false));
  }
  return nodes;
}

interface Branch extends Node {
  /** What stands before whatever is drawn below it. */
  readonly below: string;
}

/** The last first, as they are taken from the end. */
function branches(groups: readonly Group[], gutter: string, isTop: boolean): Branch[] {
  const isPlain = isTop || groups.length === 1 || gutter.length >= 3 * DEPTH_MAX;
  return groups
    .map((group, at): Branch => {
      if (isPlain) return { group, gutter, below: gutter };
      const isLast = at === groups.length - 1;
      return { group, gutter: `${gutter}${isLast ? '└─ ' : '├─ '}`, below: `${gutter}${isLast ? '   ' : '│  '}` };
    })
    .reverse();
}

function drawn(nodes: readonly Node[], { rows, columns, now }: Room): Line[] {
  const widest = Math.max(...nodes.map(({ group, gutter }) => gutter.length + labelWidth(group)));
  const labels = Math.min(widest, LABEL_MAX, Math.max(8, Math.floor(columns / 2)));
  let left = rows - nodes.length;
  return nodes.flatMap(({ group, gutter }) => {
    const line = groupLine(group, gutter, labels, now);
    const shown = left > 0 && group.members.length > 1 ? spotlight(group.members, left) : [];
    left -= shown.length;
    const inner = gutter.replace('├─ ', '│  ').replace('└─ ', '   ');
    return [line, ...shown.map((task) => taskLine(task, `${inner}  `, labels, now))];
  });
}

const labelWidth = ({ label, members }: Group) =>
  widthOf(harmless(label)) + (members.length > 1 ? ` × ${members.length.toLocaleString('en-US')}`.length : 0);

const since = ({ startedAt, queuedAt }: TaskPicture) => startedAt ?? queuedAt ?? 0;

/** How many of one crowd are shown by themselves. */
const SPOTLIGHT = 5;
const IN_SPOTLIGHT = new Set(['failed', 'compensating', 'running', 'waiting', 'queued']);

/** Those of a crowd that somebody wants to see: what failed, then what has been running or waiting longest. */
function spotlight(members: readonly TaskPicture[], room: number): readonly TaskPicture[] {
  return members
    .filter(({ status }) => IN_SPOTLIGHT.has(status))
    .sort((a, b) => urgencyOf(a.status) - urgencyOf(b.status) || since(a) - since(b))
    .slice(0, Math.min(SPOTLIGHT, room));
}

/** What failed, what runs, what waits; the rest is counted in the last line. */
function urgent(groups: readonly Group[], { rows, columns, now }: Room): Line[] {
  const ordered = [...groups].sort(
    (a, b) => urgencyOf(mostUrgent(a.members).status) - urgencyOf(mostUrgent(b.members).status),
  );
  const shown = ordered.slice(0, rows - 1);
  const rest = ordered.slice(rows - 1).flatMap(({ members }) => members);
  const nodes = shown.map((group) => ({ group, gutter: '' }));
  const more = countsOf(rest).flatMap((each, at) => [piece(at === 0 ? '… and ' : ', '), each]);
  return [...drawn(nodes, { rows: shown.length, columns, now }), more];
}
