import type { Standalone } from '../../e2e/support/standalone.js';
import { until } from '../../e2e/support/until.js';

/** The id of the newest run that a filter lets through; lists follow the log, so it is waited for. */
export async function firstRun(standalone: Standalone, filter: string): Promise<string> {
  let id: string | undefined;
  await until(async () => {
    const { items } = await standalone.get<{ items: { id: string }[] }>(`/workflows?${filter}`);
    id = items[0]?.id;
    return id !== undefined;
  });
  return id!;
}
