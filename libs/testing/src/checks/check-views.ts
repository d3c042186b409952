import { type FollowedCommit, KeepViews, type Move, type Plans, RunReader, START, followed } from '@orrery/application';
import { DEFAULT_NAMESPACE, canonicalJson } from '@orrery/domain';
import { MemoryCheckpoints, MemoryLog, type MemoryLogStore, MemoryViews } from '@orrery/infrastructure/memory';
import { allPages } from './pages.js';
import { Judge, type Violation } from './violation.js';

/** The last so many commits are written twice. */
const REPEATED_COMMITS = 30;

/** I10: the lists say what a replay of the whole log gives. I17: what is written a second time changes nothing. */
export async function checkViews(
  { store, views }: { readonly store: MemoryLogStore; readonly views: MemoryViews },
  plans: Plans,
  violations: Violation[],
): Promise<void> {
  const judge = new Judge(violations, 'the lists');
  const fresh = new MemoryViews(new MemoryCheckpoints());
  const keep = new KeepViews(fresh, plans, new RunReader(new MemoryLog(store), plans));
  const all = store.committed.map(followed);
  const moved = new Map<number, Move>();
  const [most, rest] = [all.slice(0, -REPEATED_COMMITS), all.slice(-REPEATED_COMMITS)];
  await keep.handle(most, movesOver(most, moved));
  const moves = movesOver(rest, moved);
  judge.must('I10', await keep.handle(rest, moves), 'a replay does not go on from where it was');
  judge.must('I17', rest.length === 0 || !(await keep.handle(rest, moves)), 'the same was written twice');
  const [kept, replayed] = [await everything(views), await everything(fresh)];
  for (const [name, text] of Object.entries(replayed)) {
    judge.must('I10', kept[name] === text, () => `${name} differ: ${firstDifference(kept[name]!, text)}`);
  }
}

/** How far the partitions of these commits move, from where they came to the last time. */
function movesOver(commits: readonly FollowedCommit[], moved: Map<number, Move>): readonly Move[] {
  const last = new Map(commits.map(({ partition, cursor }) => [partition, cursor]));
  return [...last].map(([partition, to]) => {
    const move = { partition, from: moved.get(partition)?.to ?? START, to };
    moved.set(partition, move);
    return move;
  });
}

async function everything(views: MemoryViews): Promise<Record<string, string>> {
  const filter = { namespace: DEFAULT_NAMESPACE };
  const status = ['queued', 'running', 'waiting', 'failed'] as const;
  const [runs, tasks, definitions] = await Promise.all([
    allPages((page) => views.listRuns(filter, page)),
    allPages((page) => views.listTasks({ ...filter, status }, page)),
    allPages((page) => views.listDefinitions(DEFAULT_NAMESPACE, page)),
  ]);
  const counts = canonicalJson({ ...(await views.countRuns(filter)).counts });
  return { runs: JSON.stringify(runs), tasks: JSON.stringify(tasks), definitions: JSON.stringify(definitions), counts };
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return `"${a.slice(Math.max(0, at - 80), at + 80)}" and "${b.slice(Math.max(0, at - 80), at + 80)}"`;
}
