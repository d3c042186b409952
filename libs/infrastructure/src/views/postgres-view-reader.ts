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
  START,
  type TaskFilter,
  type TaskSummary,
  ViewReader,
  type WorkCount,
} from '@orrery/application';
import type { Namespace, StreamId, WorkflowStatus } from '@orrery/domain';
import type { Pool } from 'pg';
import { inDomainWords } from '../log/sql-errors.js';
import { letterStatuses, runFilter, searchOf, taskFilter } from './filters.js';
import {
  COUNT_RUNS,
  COUNT_WORK,
  LIST_DEAD_LETTERS,
  LIST_DEFINITIONS,
  LIST_RUNS,
  LIST_TASKS,
  RUNNING_AMONG,
  SEARCH_RUNS,
} from './list-statements.js';
import { DEAD_LETTERS, DEFINITIONS, type Listed, RUNS, TASKS, limitOf, pageOf, startOf } from './page.js';
import { deadLetterOf, definitionOf, runOf, taskOf } from './rows.js';
import { queryOf } from './search-words.js';

/** How a list is read: its statement, and what makes an item of a row. */
interface Reading<Row, Item> {
  readonly list: Listed<Item>;
  readonly text: string;
  readonly itemOf: (row: Row) => Item;
}

const READ_RUNS = { list: RUNS, text: LIST_RUNS, itemOf: runOf };
const FIND_RUNS = { list: RUNS, text: SEARCH_RUNS, itemOf: runOf };
const READ_TASKS = { list: TASKS, text: LIST_TASKS, itemOf: taskOf };
const READ_DEFINITIONS = { list: DEFINITIONS, text: LIST_DEFINITIONS, itemOf: definitionOf };
const READ_DEAD_LETTERS = { list: DEAD_LETTERS, text: LIST_DEAD_LETTERS, itemOf: deadLetterOf };

/** Every row of a page has the checkpoints; that of an empty page has nothing else. */
interface PageColumns {
  readonly is_item: true | null;
  readonly checkpoints: { readonly [partition: string]: readonly [transaction: string, position: string] } | null;
}

interface CountRow {
  readonly status: WorkflowStatus;
  readonly count: number;
}

interface WorkRow extends Omit<WorkCount, 'oldestAt'> {
  readonly oldest: number;
}

/** Reads the lists, each page and its checkpoints by one statement. */
export class PostgresViewReader extends ViewReader implements DeadLetterList {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunSummary>> {
    const { statuses, startedAfter, startedBefore, definition, endedBefore } = runFilter(filter);
    const values = [...startOf(RUNS, page, startedBefore), statuses, startedAfter, definition, endedBefore];
    const search = searchValues(filter);
    if (!search) return this.read(READ_RUNS, filter.namespace, page, values);
    return this.read(FIND_RUNS, filter.namespace, page, [...values, ...search]);
  }

  override async countRuns(filter: RunFilter, { partitions = [] }: NewnessRequest = {}): Promise<RunCounts> {
    const { statuses, startedAfter, startedBefore, definition, endedBefore } = runFilter(filter);
    const search = searchValues(filter) ?? [null, null, null, null];
    const values = [filter.namespace, statuses, startedAfter, startedBefore, definition, endedBefore, ...search];
    const counting = this.pool.query<CountRow & PageColumns>(COUNT_RUNS, [...values, partitions]);
    const { rows } = await inDomainWords(counting);
    const counted = rows.filter((row) => row.is_item).map(({ status, count }) => [status, count]);
    return { counts: Object.fromEntries(counted), checkpoints: checkpointsOf(partitions, rows[0]!) };
  }

  override async runningAmong(namespace: Namespace, ids: readonly StreamId[]): Promise<ReadonlySet<StreamId>> {
    const { rows } = await inDomainWords(this.pool.query<{ id: StreamId }>(RUNNING_AMONG, [namespace, ids]));
    return new Set(rows.map(({ id }) => id));
  }

  override async listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskSummary>> {
    const { statuses, type } = taskFilter(filter);
    return this.read(READ_TASKS, filter.namespace, page, [...startOf(TASKS, page), statuses, type]);
  }

  override async countWork(namespace: Namespace): Promise<readonly WorkCount[]> {
    const { rows } = await inDomainWords(this.pool.query<WorkRow>(COUNT_WORK, [namespace]));
    return rows.map(({ oldest: oldestAt, ...row }) => ({ ...row, oldestAt }));
  }

  override async listDefinitions(namespace: Namespace, page: PageRequest): Promise<Page<DefinitionSummary>> {
    return this.read(READ_DEFINITIONS, namespace, page, startOf(DEFINITIONS, page));
  }

  async listDeadLetters(filter: DeadLetterFilter, page: PageRequest): Promise<Page<DeadLetterSummary>> {
    const values = [...startOf(DEAD_LETTERS, page), letterStatuses(filter)];
    return this.read(READ_DEAD_LETTERS, filter.namespace, page, values);
  }

  private async read<Row, Item>(
    { list, text, itemOf }: Reading<Row, Item>,
    namespace: Namespace,
    request: PageRequest,
    keyAndFilter: readonly unknown[],
  ): Promise<Page<Item>> {
    const { partitions = [] } = request;
    const values = [namespace, limitOf(request) + 1, partitions, ...keyAndFilter];
    const { rows } = await inDomainWords(this.pool.query<Row & PageColumns>(text, values));
    const items = rows.filter((row) => row.is_item).map((row) => itemOf(row));
    return pageOf(list, request, items, checkpointsOf(partitions, rows[0]!));
  }
}

/** The search of a filter as the statements take it; nothing if there is none. */
function searchValues(filter: RunFilter): readonly (string | null)[] | undefined {
  const search = searchOf(filter);
  if (!search) return undefined;
  const { labels, words, ids } = search;
  return [
    labels.length === 0 ? null : queryOf(labels, 'whole'),
    words === null ? null : queryOf(words, 'beginning'),
    ...(ids ?? [null, null]),
  ];
}

/** A partition that has never been followed stands at the start. */
function checkpointsOf(partitions: readonly number[], { checkpoints }: PageColumns): ReadonlyMap<number, Cursor> {
  const checkpointOf = (partition: number): Cursor => {
    const found = checkpoints?.[partition];
    return found ? { transactionId: BigInt(found[0]), position: BigInt(found[1]) } : START;
  };
  return new Map(partitions.map((partition) => [partition, checkpointOf(partition)]));
}
