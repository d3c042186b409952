import { DEFAULT_NAMESPACE } from '@orrery/domain';
import type { MemoryViews } from '@orrery/infrastructure/memory';

/** Everything that the views list. */
export async function listed(views: MemoryViews) {
  const filter = { namespace: DEFAULT_NAMESPACE };
  const pages = async <T>(read: (cursor?: string) => Promise<{ items: readonly T[]; nextCursor: string | null }>) => {
    const items: T[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await read(cursor);
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = page.nextCursor;
    }
  };
  const status = ['queued', 'running', 'waiting', 'failed'] as const;
  return {
    runs: await pages((cursor) => views.listRuns(filter, { limit: 100, cursor })),
    tasks: await pages((cursor) => views.listTasks({ ...filter, status }, { limit: 100, cursor })),
    definitions: await pages((cursor) => views.listDefinitions(DEFAULT_NAMESPACE, { limit: 100, cursor })),
    counts: (await views.countRuns(filter)).counts,
  };
}
