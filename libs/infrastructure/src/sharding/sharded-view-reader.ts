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
} from '@orrery/application';
import type { Namespace, StreamId, WorkflowStatus } from '@orrery/domain';
import { DEAD_LETTERS, DEFINITIONS, type Listed, RUNS, TASKS, mergedPage } from '../views/page.js';
import { ByShard, type ShardPort, fromEach } from './by-shard.js';

type Lists = ViewReader & DeadLetterList;

/** The lists of several databases as one. All of them are sorted by the same key, so that a page goes on after it in each. */
export class ShardedViewReader extends ViewReader implements DeadLetterList {
  private readonly readers: ByShard<Lists>;

  constructor(shards: readonly ShardPort<Lists>[], partitions: number) {
    super();
    this.readers = new ByShard(shards, partitions);
  }

  override listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunSummary>> {
    return this.merged(RUNS, page, (views, asked) => views.listRuns(filter, asked));
  }

  override async countRuns(filter: RunFilter, newness: NewnessRequest = {}): Promise<RunCounts> {
    const counted = await this.each(newness, (views, asked) => views.countRuns(filter, asked));
    const counts: { [Status in WorkflowStatus]?: number } = {};
    for (const each of counted) {
      for (const [status, count] of Object.entries(each.counts) as [WorkflowStatus, number][]) {
        counts[status] = (counts[status] ?? 0) + count;
      }
    }
    return { counts, checkpoints: allCheckpoints(counted) };
  }

  override async runningAmong(namespace: Namespace, ids: readonly StreamId[]): Promise<ReadonlySet<StreamId>> {
    const split = this.readers.split(ids, (stream) => this.readers.of({ stream }));
    // Of those in a database that is away nobody knows that they have ended.
    return new Set(await fromEach(split, (views, here) => views.runningAmong(namespace, here).catch(() => here)));
  }

  override listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskSummary>> {
    return this.merged(TASKS, page, (views, asked) => views.listTasks(filter, asked));
  }

  override async countWork(namespace: Namespace): Promise<readonly WorkCount[]> {
    const counted = await Promise.all(this.readers.all.map((views) => views.countWork(namespace)));
    return counted.flat();
  }

  override listDefinitions(namespace: Namespace, page: PageRequest): Promise<Page<DefinitionSummary>> {
    return this.merged(DEFINITIONS, page, (views, asked) => views.listDefinitions(namespace, asked));
  }

  listDeadLetters(filter: DeadLetterFilter, page: PageRequest): Promise<Page<DeadLetterSummary>> {
    return this.merged(DEAD_LETTERS, page, (views, asked) => views.listDeadLetters(filter, asked));
  }

  private async merged<Item>(
    list: Listed<Item>,
    page: PageRequest,
    ask: (views: Lists, page: PageRequest) => Promise<Page<Item>>,
  ): Promise<Page<Item>> {
    const pages = await this.each(page, ask);
    return mergedPage(list, page, pages, allCheckpoints(pages));
  }

  /** Each is asked for the newness of its own partitions alone. */
  private each<Request extends NewnessRequest, Read>(
    request: Request,
    ask: (views: Lists, request: Request) => Promise<Read>,
  ): Promise<readonly Read[]> {
    const { partitions = [], atLeast = [] } = request;
    const asked = this.readers.all.map((views) => {
      const isHere = (partition: number) => this.readers.at(partition) === views;
      const own = {
        partitions: partitions.filter(isHere),
        atLeast: atLeast.filter(({ partition }) => isHere(partition)),
      };
      return ask(views, { ...request, ...own });
    });
    return Promise.all(asked);
  }
}

function allCheckpoints(
  read: readonly { readonly checkpoints: ReadonlyMap<number, Cursor> }[],
): ReadonlyMap<number, Cursor> {
  return new Map(read.flatMap(({ checkpoints }) => [...checkpoints]));
}
