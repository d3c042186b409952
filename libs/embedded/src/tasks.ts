import { ListTasks } from '@orrery/application';
import { shownTaskSummary } from '@orrery/contract';
import type { ListOptions, OpenTask, OrreryApi, Page, TaskFilter } from '@orrery/sdk';
import { allItems } from '@orrery/sdk/parts';
import { pageOf, tasksPage } from './arguments.js';
import type { Calls } from './calls.js';
import { checked } from './checked.js';

/** The open and failed tasks of all runs. */
export class LocalTasks implements Pick<OrreryApi['tasks'], 'list' | 'all'> {
  constructor(private readonly calls: Calls) {}

  list({ signal, atLeast, ...options }: TaskFilter & ListOptions = {}): Promise<Page<OpenTask>> {
    const { listTasks } = this.calls.orchestration.queryHandlers;
    return this.calls.read(
      async () => {
        const { cursor, limit, ...filter } = checked('query', tasksPage, options);
        const listing = { filter, ...pageOf({ cursor, limit }), atLeast: this.calls.atLeast(atLeast) };
        const question = new ListTasks(this.calls.context({}), listing);
        const { items, nextCursor, checkpoints } = await listTasks.execute(question);
        return { items: items.map(shownTaskSummary), nextCursor, position: this.calls.reached(checkpoints) };
      },
      { signal },
    );
  }

  all(options: TaskFilter & ListOptions = {}): AsyncGenerator<OpenTask, void, undefined> {
    return allItems((cursor) => this.list({ ...options, cursor }), options.cursor);
  }
}
