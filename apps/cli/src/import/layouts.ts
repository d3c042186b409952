import type { Json } from '@orrery/domain';

/** Where a version of WfFormat keeps what is needed of a workflow, as paths from the root of a file. */
export interface Layout {
  readonly tasks: readonly string[];
  /** The entries that hold the runtimes, where those are not the tasks themselves. */
  readonly executions: readonly string[] | null;
  readonly executedAt: readonly string[];
  /** The fields that may hold a runtime, in seconds; the first that is there counts. */
  readonly runtime: readonly [string, ...string[]];
  /** What every task has to be known by. Until 1.4 that is its name, and it may have an id besides. */
  readonly knownBy: 'id' | 'name';
}

const together: Layout = {
  tasks: ['workflow', 'tasks'],
  executions: null,
  executedAt: ['workflow', 'executedAt'],
  runtime: ['runtimeInSeconds', 'runtime'],
  knownBy: 'name',
};
/** Since 1.5 what a workflow is and how it was executed stand apart. */
const apart: Layout = {
  tasks: ['workflow', 'specification', 'tasks'],
  executions: ['workflow', 'execution', 'tasks'],
  executedAt: ['workflow', 'execution', 'executedAt'],
  runtime: ['runtimeInSeconds'],
  knownBy: 'id',
};

/** The versions that are understood. 1.6 adds to 1.5 nothing that matters here. */
export const LAYOUTS: ReadonlyMap<Json | undefined, Layout> = new Map([
  ['1.3', together],
  ['1.4', together],
  ['1.5', apart],
  ['1.6', apart],
]);
