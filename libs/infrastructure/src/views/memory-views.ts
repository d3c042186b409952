import {
  type Cursor,
  type DeadLetterFilter,
  type DeadLetterList,
  type DeadLetterSummary,
  type DefinitionChange,
  type DefinitionSummary,
  type DeletedRun,
  type NewnessRequest,
  type OpenRun,
  type Page,
  type PageRequest,
  type RunChange,
  type RunCounts,
  type RunFilter,
  type RunSummary,
  START,
  type StreamKey,
  type TaskFilter,
  type TaskSummary,
  VIEWS_FOLLOWER,
  type ViewBatch,
  type ViewReader,
  type ViewWriter,
  type WorkCount,
  keyOf,
} from '@orrery/application';
import type { Namespace, StreamId, WorkflowStatus } from '@orrery/domain';
import type { MemoryCheckpoints } from '../checkpoints/memory-checkpoints.js';
import { letterStatuses, runFilter, searchOf, taskFilter } from './filters.js';
import { MemoryLetters } from './memory-letters.js';
import { MemoryRun } from './memory-run.js';
import { DEAD_LETTERS, DEFINITIONS, type Key, type Listed, RUNS, TASKS, limitOf, pageOf, startOf } from './page.js';
import { storableText, storableTime } from './storable.js';

type DefinitionRow = DefinitionSummary & { readonly namespace: Namespace };

/** The views in memory: written and read by all processes that are simulated. */
export class MemoryViews implements ViewWriter, ViewReader, DeadLetterList {
  private readonly runs = new Map<string, MemoryRun>();
  private readonly deleted = new Map<string, DeletedRun & { readonly at: number }>();
  private readonly definitions = new Map<string, DefinitionRow>();
  private readonly letters = new MemoryLetters();
  /** The checkpoints of these rows: the same as in the store, which may be asked at another moment. */
  private readonly followed = new Map<number, Cursor>();

  constructor(private readonly checkpoints: MemoryCheckpoints) {}

  async write({ runs, definitions, deadLetters, moves }: ViewBatch): Promise<boolean> {
    if (!this.checkpoints.moveNow(VIEWS_FOLLOWER, moves)) return false;
    for (const { partition, to } of moves) this.followed.set(partition, to);
    for (const run of runs) this.change(run);
    for (const definition of definitions) this.keep(definition);
    for (const letter of deadLetters) this.letters.change(letter);
    return true;
  }

  async definitionHashes(runs: readonly StreamKey[]): Promise<ReadonlyMap<string, string>> {
    const found = runs.flatMap((key) => this.runs.get(keyOf(key)) ?? []);
    return new Map(found.map(({ key, definitionHash }) => [keyOf(key), definitionHash]));
  }

  async *openRuns(partitions: readonly number[], dueBefore: number): AsyncIterable<readonly OpenRun[]> {
    const runs = [...this.runs.values()].filter(({ partition }) => partitions.includes(partition));
    const open = runs.flatMap((run) => run.openBefore(dueBefore) ?? []);
    if (open.length > 0) yield open;
  }

  async endedRuns(partitions: readonly number[], endedBefore: number, limit: number): Promise<readonly StreamKey[]> {
    const runs = [...this.runs.values()].filter(({ partition }) => partitions.includes(partition));
    const isOld = ({ summary: { startedAt, endedAt } }: MemoryRun) =>
      startedAt < endedBefore && endedAt !== null && endedAt < endedBefore;
    const old = runs.filter(isOld).sort((a, b) => compareKeys(RUNS.keyOf(a.summary), RUNS.keyOf(b.summary)));
    return old.slice(0, limit).map(({ key }) => key);
  }

  async deletedRuns(
    partitions: readonly number[],
    deletedBefore: number,
    limit: number,
  ): Promise<readonly DeletedRun[]> {
    const old = [...this.deleted.values()].filter(
      ({ partition, at }) => partitions.includes(partition) && at < deletedBefore,
    );
    old.sort((a, b) => compareKeys([a.at, a.stream], [b.at, b.stream]));
    return old.slice(0, limit).map(({ at: _, ...run }) => run);
  }

  async forgetDeleted(runs: readonly StreamKey[]): Promise<void> {
    for (const run of runs) this.deleted.delete(keyOf(run));
  }

  async listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunSummary>> {
    return this.page(RUNS, this.filtered(filter), page);
  }

  async countRuns(filter: RunFilter, newness: NewnessRequest = {}): Promise<RunCounts> {
    const counts: { [Status in WorkflowStatus]?: number } = {};
    for (const { status } of this.filtered(filter)) counts[status] = (counts[status] ?? 0) + 1;
    return { counts, checkpoints: this.checkpointsOf(newness) };
  }

  async runningAmong(namespace: Namespace, ids: readonly StreamId[]): Promise<ReadonlySet<StreamId>> {
    const running = this.runsOf(namespace).filter(({ summary: { endedAt } }) => endedAt === null);
    return new Set(running.map(({ summary: { id } }) => id).filter((id) => ids.includes(id)));
  }

  async listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskSummary>> {
    const { statuses, type } = taskFilter(filter);
    const tasks = this.runsOf(filter.namespace)
      .flatMap((run) => run.taskSummaries)
      .filter((task) => statuses.includes(task.status) && (type === null || task.type === type));
    return this.page(TASKS, tasks, page);
  }

  async countWork(namespace: Namespace): Promise<readonly WorkCount[]> {
    const counts = new Map<string, WorkCount>();
    for (const { type, status, worker, since } of this.runsOf(namespace).flatMap((run) => run.taskSummaries)) {
      const isHeld = status === 'running' && worker !== null;
      if (status !== 'queued' && !isHeld) continue;
      const by = isHeld ? worker : null;
      const key = JSON.stringify([type, by]);
      const { count = 0, oldestAt = since } = counts.get(key) ?? {};
      counts.set(key, { type, worker: by, count: count + 1, oldestAt: Math.min(oldestAt, since) });
    }
    return [...counts.values()];
  }

  async listDefinitions(namespace: Namespace, page: PageRequest): Promise<Page<DefinitionSummary>> {
    const newest = [...this.definitions.values()].filter((definition) => definition.namespace === namespace);
    const summaries = newest.map(({ name, version, hash, registeredAt }) => ({ name, version, hash, registeredAt }));
    return this.page(DEFINITIONS, summaries, page);
  }

  async listDeadLetters(filter: DeadLetterFilter, page: PageRequest): Promise<Page<DeadLetterSummary>> {
    return this.page(DEAD_LETTERS, this.letters.in(filter.namespace, letterStatuses(filter)), page);
  }

  private change(change: RunChange): void {
    const name = keyOf(change);
    if (change.deletedAt !== undefined) return this.delete(name, change, change.deletedAt);
    const known = this.runs.get(name);
    if (known && known.version >= change.version) return;
    const run = change.started ? MemoryRun.begin(change, change.started) : known;
    if (!run) return;
    run.change(change);
    this.runs.set(name, run);
  }

  private delete(name: string, { namespace, stream, partition, version }: RunChange, deletedAt: number): void {
    this.runs.delete(name);
    if (this.deleted.has(name)) return;
    this.deleted.set(name, { namespace, stream, partition, version, at: storableTime(deletedAt) });
  }

  private keep({ namespace, name, version, hash, registeredAt }: DefinitionChange): void {
    const row = { namespace, name: storableText(name), version, hash, registeredAt: storableTime(registeredAt) };
    const key = `${namespace}/${row.name}`;
    const known = this.definitions.get(key);
    if (!known || known.version < version) this.definitions.set(key, row);
  }

  private runsOf(namespace: Namespace): MemoryRun[] {
    return [...this.runs.values()].filter(({ key }) => key.namespace === namespace);
  }

  private filtered(filter: RunFilter): RunSummary[] {
    const { statuses, startedAfter, startedBefore, definition, endedBefore } = runFilter(filter);
    const search = searchOf(filter);
    return this.runsOf(filter.namespace)
      .filter((run) => !search || run.isFound(search))
      .map((run) => run.summary)
      .filter(({ startedAt }) => startedAt > startedAfter && startedAt < startedBefore)
      .filter(({ endedAt }) => endedBefore === Infinity || (endedAt !== null && endedAt < endedBefore))
      .filter((run) => statuses.includes(run.status) && (definition === null || run.definition === definition));
  }

  private page<Item>(list: Listed<Item>, items: readonly Item[], request: PageRequest): Page<Item> {
    const start = startOf(list, request);
    const after = items.filter((item) => compareKeys(list.keyOf(item), start) < 0);
    after.sort((a, b) => compareKeys(list.keyOf(b), list.keyOf(a)));
    return pageOf(list, request, after.slice(0, limitOf(request) + 1), this.checkpointsOf(request));
  }

  private checkpointsOf({ partitions = [] }: NewnessRequest): ReadonlyMap<number, Cursor> {
    return new Map(partitions.map((partition) => [partition, this.followed.get(partition) ?? START]));
  }
}

/** Value by value; texts byte by byte, as the server compares them. */
function compareKeys(a: Key, b: Key): number {
  for (const [index, value] of a.entries()) {
    const other = b[index]!;
    if (value === other) continue;
    if (typeof value === 'number') return value - (other as number);
    return Buffer.compare(Buffer.from(value), Buffer.from(other as string));
  }
  return 0;
}
