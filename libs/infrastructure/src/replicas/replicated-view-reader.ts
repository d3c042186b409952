import {
  type Cursor,
  type DeadLetterFilter,
  type DeadLetterList,
  type DeadLetterSummary,
  type DefinitionSummary,
  type NewnessRequest,
  type Page,
  type PageRequest,
  type RunCounts,
  type RunFilter,
  type RunSummary,
  type TaskFilter,
  type TaskSummary,
  ViewReader,
  type WorkCount,
  hasReached,
} from '@orrery/application';
import type { Namespace, StreamId } from '@orrery/domain';
import { PostgresViewReader } from '../views/postgres-view-reader.js';
import type { Replicas } from './replicas.js';

/**
 * How long a replica may take to come as far as a list must, in milliseconds. Lists take a while to come so far on the
 * primary, too; past that, it is the likelier to have come.
 */
const WAIT_MS = 150;

/** Reads lists from replicas. Each proves how new it is by the checkpoints that were read with its rows. */
export class ReplicatedViewReader extends ViewReader implements DeadLetterList {
  constructor(
    private readonly replicas: Replicas,
    private readonly primary: ViewReader & DeadLetterList,
  ) {
    super();
  }

  override listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunSummary>> {
    return this.read(page, (views) => views.listRuns(filter, page));
  }

  override countRuns(filter: RunFilter, newness: NewnessRequest = {}): Promise<RunCounts> {
    return this.read(newness, (views) => views.countRuns(filter, newness));
  }

  override runningAmong(namespace: Namespace, ids: readonly StreamId[]): Promise<ReadonlySet<StreamId>> {
    return this.anyOf((views) => views.runningAmong(namespace, ids));
  }

  override listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskSummary>> {
    return this.read(page, (views) => views.listTasks(filter, page));
  }

  override countWork(namespace: Namespace): Promise<readonly WorkCount[]> {
    return this.anyOf((views) => views.countWork(namespace));
  }

  override listDefinitions(namespace: Namespace, page: PageRequest): Promise<Page<DefinitionSummary>> {
    return this.read(page, (views) => views.listDefinitions(namespace, page));
  }

  listDeadLetters(filter: DeadLetterFilter, page: PageRequest): Promise<Page<DeadLetterSummary>> {
    return this.read(page, (views) => views.listDeadLetters(filter, page));
  }

  /** What any replica says that does not lag too far. */
  private anyOf<Read>(ask: (views: ViewReader) => Promise<Read>): Promise<Read> {
    return this.replicas.ask({
      replica: (pool) => ask(new PostgresViewReader(pool)),
      primary: () => ask(this.primary),
      isEnough: () => true,
    });
  }

  private read<Read extends { readonly checkpoints: ReadonlyMap<number, Cursor> }>(
    { atLeast = [] }: NewnessRequest,
    ask: (views: ViewReader & DeadLetterList) => Promise<Read>,
  ): Promise<Read> {
    return this.replicas.ask({
      replica: (pool) => ask(new PostgresViewReader(pool)),
      primary: () => ask(this.primary),
      isEnough: ({ checkpoints }) => hasReached(checkpoints, atLeast),
      ...(atLeast.length > 0 ? { lagMaxMs: WAIT_MS, waitMs: WAIT_MS } : {}),
    });
  }
}
