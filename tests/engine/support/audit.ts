import { expect } from '@jest/globals';
import {
  type Commit,
  GENESIS,
  KeepViews,
  Plans,
  RunReader,
  START,
  chainHash,
  followed,
  keyOf,
} from '@orrery/application';
import type { StreamId, WorkflowEvent } from '@orrery/domain';
import { MemoryCheckpoints, MemoryLog, MemoryViews } from '@orrery/infrastructure/memory';
import { listed } from './listed.js';
import { history } from './runs.js';
import type { World } from './world.js';

const OUTCOMES = ['TaskCompleted', 'TaskFailed', 'TaskWithdrawn'];
const ENDS = ['WorkflowCompleted', 'WorkflowFailed', 'WorkflowCompensated', 'WorkflowCancelled'];

/** The log keeps its promises: versions and hashes without gap, and for every attempt at most one outcome. */
export function auditLog(world: World): void {
  for (const name of new Set(world.store.committed.map(keyOf))) {
    const commits = world.store.stream(name);
    auditChain(commits);
    if (commits[0]!.events.includes('WorkflowStarted')) auditRun(world, commits[0]!.stream);
  }
}

function auditChain(commits: readonly Commit[]): void {
  // Of a deleted run nothing may be left but its end.
  if (commits.length === 1 && commits[0]!.events.includes('WorkflowDeleted')) return;
  let hash = GENESIS;
  let version = 0;
  for (const commit of commits) {
    expect(commit.firstVersion).toBe(version + 1);
    hash = chainHash(hash, commit);
    expect(Buffer.from(commit.hash).equals(Buffer.from(hash))).toBe(true);
    version = commit.lastVersion;
  }
}

function auditRun(world: World, stream: StreamId): void {
  const events = history(world, stream).map(({ event }) => event);
  const outcomes = events.filter(({ type }) => OUTCOMES.includes(type)) as { task: number; attempt: number }[];
  const names = outcomes.map(({ task, attempt }) => `${task}.${attempt}`);
  expect(new Set(names).size).toBe(names.length);
}

/** The runs that have not ended, with the last that was heard of them. */
export function openRuns(world: World): string[] {
  const streams = new Set(world.store.committed.map(({ stream }) => stream));
  return [...streams].flatMap((stream) => {
    const events = history(world, stream).map(({ event }) => event);
    if (events[0]!.type !== 'WorkflowStarted' || events.some(({ type }) => ENDS.includes(type))) return [];
    return [`${stream}: ${events.map(({ type }) => type).join(' ')}`];
  });
}

/** The tasks that were undone, in order, and those that had completed and have a compensation, last first. */
export function undone(events: readonly WorkflowEvent[], compensationOf: ReadonlyMap<number, number>) {
  const completed = events.flatMap((event) => (event.type === 'TaskCompleted' ? [event.task] : []));
  return {
    done: completed.filter((task) => compensationOf.has(task)).map((task) => compensationOf.get(task)!),
    undone: completed.filter((task) => [...compensationOf.values()].includes(task)),
  };
}

/** The views hold what a replay of the whole log gives. */
export async function auditViews(world: World): Promise<void> {
  expect(await listed(world.views)).toEqual(await listed(await replayed(world)));
}

/** The views as one batch of the whole log gives them, with pauses. */
export async function replayed(world: World, turn?: () => Promise<void>): Promise<MemoryViews> {
  const fresh = new MemoryViews(new MemoryCheckpoints());
  const all = [...world.store.committed];
  const last = new Map(all.map(({ partition, cursor }) => [partition, cursor]));
  const moves = [...last].map(([partition, to]) => ({ partition, from: START, to }));
  const plans = new Plans(world.contents);
  const keep = new KeepViews(fresh, plans, new RunReader(new MemoryLog(world.store), plans), turn);
  await keep.handle(all.map(followed), moves);
  return fresh;
}
