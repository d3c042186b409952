import {
  type AskedRun,
  type Known,
  NOTHING_KNOWN,
  type OneWorkflow,
  type Position,
  type RunSummary,
  type TaskDetails,
  type WorkflowDetails,
} from '@orrery/application';
import { shownRun } from '@orrery/contract';
import type { Failure, StreamId, WorkflowStatus } from '@orrery/domain';
import type { Asking } from './asking.js';
import { globalId } from './global-ids.js';

type Whole = Omit<WorkflowDetails, 'tasks' | 'tasksCursor'> & { readonly position: Position };

/** What the fields of a `Workflow` are read from: a row of the list, or the run itself. */
export interface RunSource extends AskedRun {
  readonly __typename: 'Workflow';
  readonly id: string;
  readonly definition: { readonly name: string; readonly version: number | null };
  readonly status: WorkflowStatus;
  readonly labels: { readonly [name: string]: string };
  readonly priority: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly version: number;
  readonly error: Failure | null;
  readonly progress?: OneWorkflow['progress'];
  /** The run itself, where it was read already. */
  readonly whole?: Whole;
  readonly atVersion?: number;
  readonly payloads: boolean;
}

/** A run in a list. */
export function sourceOfRow(summary: RunSummary): RunSource {
  const { tasks: progress, id: run, ...row } = shownRun(summary);
  const id = globalId('Workflow', run);
  return { __typename: 'Workflow', id, run, known: asNewAs(row), ...row, progress, payloads: false };
}

/** A run that was read by itself. */
export function sourceOfRun(
  read: Whole & { readonly progress?: OneWorkflow['progress'] },
  { atVersion, payloads = false }: { readonly atVersion?: number; readonly payloads?: boolean } = {},
): RunSource {
  const { id, definition, status, labels, priority, startedAt, endedAt, version, error, progress } = read;
  return {
    __typename: 'Workflow',
    id: globalId('Workflow', id),
    run: id as StreamId,
    known: asNewAs(read),
    definition,
    status,
    labels,
    priority,
    startedAt,
    endedAt,
    version,
    error,
    progress,
    whole: read,
    atVersion,
    payloads,
  };
}

/** What else is read of a run is never older than what was. */
function asNewAs({ version }: { readonly version: number }): Known {
  return { ...NOTHING_KNOWN, version };
}

/** The run itself. */
export async function wholeOf(source: RunSource, asking: Asking): Promise<Whole> {
  return source.whole ?? asking.run(source);
}

/** A task of a run as its type has it. */
export function shownTaskDetails({ id, compensation, outputOmitted, ...task }: TaskDetails) {
  return {
    __typename: 'Task' as const,
    id: globalId('Task', id),
    taskId: id,
    ...task,
    outputOmitted: outputOmitted === true,
    compensation: compensation && { ...compensation, taskId: compensation.id },
  };
}
