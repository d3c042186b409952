import { type Commit, KeepViews, Plans, RunReader, START, detailsOf, followed, isTextOfRun } from '@orrery/application';
import { DEFAULT_NAMESPACE, Gone, type Json, type StreamId } from '@orrery/domain';
import {
  MemoryCheckpoints,
  type MemoryDefinitionContents,
  MemoryLog,
  type MemoryLogStore,
  MemoryViews,
} from '@orrery/infrastructure';
import { listed } from '../../engine/support/listed.js';

/**
 * What people see of a log. It is picked by hand: what is shown under another name later is picked from there, so that
 * what was recorded once can be compared for good.
 */
export interface Seen {
  /** Each run as its page shows it; 'gone' if it was deleted. */
  readonly runs: { readonly [stream: string]: Json };
  /** The lists, as they are written from the log. */
  readonly lists: Json;
}

export async function seenOf(store: MemoryLogStore, contents: MemoryDefinitionContents): Promise<Seen> {
  const plans = new Plans(contents);
  const reader = new RunReader(new MemoryLog(store), plans);
  const runs: Record<string, Json> = {};
  for (const stream of runsIn(store.committed)) runs[stream] = await seenRun(reader, stream);
  const views = new MemoryViews(new MemoryCheckpoints());
  const last = new Map(store.committed.map(({ partition, cursor }) => [partition, cursor]));
  const moves = [...last].map(([partition, to]) => ({ partition, from: START, to }));
  await new KeepViews(views, plans, reader).handle(store.committed.map(followed), moves);
  return { runs, lists: asJson(await listed(views)) };
}

/** The streams that are runs, in the order in which they began. */
export function runsIn(commits: readonly Commit[]): StreamId[] {
  return [...new Set(commits.filter(isTextOfRun).map(({ stream }) => stream))];
}

async function seenRun(reader: RunReader, stream: StreamId): Promise<Json> {
  try {
    const page = await reader.page({ namespace: DEFAULT_NAMESPACE, stream });
    const { status, input, output, error, notUndone, labels, priority, parent, startedAt, endedAt, version, tasks } =
      detailsOf(page, { tasksFrom: 0, payloads: true });
    const run = { status, input, output, error, notUndone, labels, priority, parent, startedAt, endedAt, version };
    return asJson({ ...run, tasks: tasks.map(seenTask) });
  } catch (error) {
    if (error instanceof Gone) return 'gone';
    throw error;
  }
}

type Shown = ReturnType<typeof detailsOf>['tasks'][number];

function seenTask({ compensation, ...task }: Shown): object {
  const { items, output } = task;
  return { ...seenAttempt(task), items, output, compensation: compensation && seenAttempt(compensation) };
}

function seenAttempt(shown: Omit<Shown, 'compensation' | 'dependsOn' | 'output' | 'items'>): object {
  const { key, type, status, attempt, queuedAt, startedAt, endedAt, nextAttemptAt, error, worker, childId } = shown;
  return { key, type, status, attempt, queuedAt, startedAt, endedAt, nextAttemptAt, error, worker, childId };
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
