import { KeepViews, Plans, RunReader, START, followed } from '@orrery/application';
import { DEFAULT_NAMESPACE, canonicalJson } from '@orrery/domain';
import { MemoryCheckpoints, MemoryLog, MemoryViews } from '@orrery/infrastructure';
import type { SimDatabase } from '../world/sim-database.js';
import { Judge, type Violation } from './violation.js';

/** I10, I16: the lists say what a replay of the whole log gives. */
export async function checkViews(database: SimDatabase, violations: Violation[]): Promise<void> {
  const judge = new Judge(violations, 'the lists');
  const { store, views, contents } = database;
  const fresh = new MemoryViews(new MemoryCheckpoints());
  const all = [...store.committed];
  const last = new Map(all.map(({ partition, cursor }) => [partition, cursor]));
  const moves = [...last].map(([partition, to]) => ({ partition, from: START, to }));
  const plans = new Plans(contents);
  await new KeepViews(fresh, plans, new RunReader(new MemoryLog(store), plans)).handle(all.map(followed), moves);
  const [kept, replayed] = [await everything(views), await everything(fresh)];
  for (const [name, text] of Object.entries(replayed)) {
    judge.must('I10', kept[name] === text, () => `${name} differ: ${firstDifference(kept[name]!, text)}`);
  }
}

async function everything(views: MemoryViews): Promise<Record<string, string>> {
  const filter = { namespace: DEFAULT_NAMESPACE };
  const pages = async <T>(read: (cursor?: string) => Promise<{ items: readonly T[]; nextCursor: string | null }>) => {
    const items: T[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await read(cursor);
      items.push(...page.items);
      if (page.nextCursor === null) return JSON.stringify(items);
      cursor = page.nextCursor;
    }
  };
  const status = ['queued', 'running', 'waiting', 'failed'] as const;
  return {
    runs: await pages((cursor) => views.listRuns(filter, { limit: 100, cursor })),
    tasks: await pages((cursor) => views.listTasks({ ...filter, status }, { limit: 100, cursor })),
    definitions: await pages((cursor) => views.listDefinitions(DEFAULT_NAMESPACE, { limit: 100, cursor })),
    counts: canonicalJson({ ...(await views.countRuns(filter)) }),
  };
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return `"${a.slice(Math.max(0, at - 80), at + 80)}" and "${b.slice(Math.max(0, at - 80), at + 80)}"`;
}
