import type { RunSummary, TaskSummary, ViewReader } from '@orrery/application';
import {
  DEFAULT_NAMESPACE,
  type Plan,
  type TaskStatus,
  type WorkflowState,
  isAccepted,
  taskAt,
  tasksOf,
} from '@orrery/domain';
import { allPages } from './pages.js';
import { Judge, type Violation } from './violation.js';

/** The tasks that are listed stand so. */
const LISTED = ['queued', 'running', 'waiting', 'failed'] as const;

/** A run as its events give it. */
export interface Folded {
  readonly state: WorkflowState;
  readonly plan: Plan;
}

/** I10: every run, every count of its tasks, and every task that is open or has failed, is listed as its events say. */
export async function checkRows(
  views: ViewReader,
  runs: ReadonlyMap<string, Folded>,
  violations: Violation[],
): Promise<void> {
  const filter = { namespace: DEFAULT_NAMESPACE };
  const rows = await allPages<RunSummary>((page) => views.listRuns(filter, page));
  const tasks = await allPages<TaskSummary>((page) => views.listTasks({ ...filter, status: LISTED }, page));
  new Judge(violations, 'the lists').must(
    'I10',
    rows.length === runs.size,
    `${rows.length} of ${runs.size} are listed`,
  );
  const listed = new Map<string, string[]>(rows.map(({ id }) => [id, []]));
  for (const { workflow, ordinal, status } of tasks) listed.get(workflow)?.push(`${ordinal} ${status}`);
  for (const { id, status, tasksEnded, tasksTotal } of rows) {
    const run = runs.get(id);
    const judge = new Judge(violations, id);
    judge.must('I10', status === run?.state.status, `it is listed as ${status}, and is ${run?.state.status}`);
    const [are, must] = [listed.get(id)!.sort().join(', '), run ? openIn(run).sort().join(', ') : ''];
    judge.must('I10', are === must, `its tasks are listed as "${are}", and are "${must}"`);
    const [counted, count] = [`${tasksEnded} of ${tasksTotal}`, run ? endedIn(run) : ''];
    judge.must('I10', counted === count, `${counted} of its tasks are listed as ended, and it is ${count}`);
  }
}

/** What fails of a list is its items: they are listed, and it is not. */
function openIn({ state, plan }: Folded): string[] {
  const isListed = (ordinal: number, status: TaskStatus) =>
    (LISTED as readonly string[]).includes(status) && !(status === 'failed' && plan.forEach.includes(ordinal));
  return [...tasksOf(state)].flatMap(([ordinal, { status }]) =>
    isListed(ordinal, status) ? [`${ordinal} ${status}`] : [],
  );
}

/** Ended is what no retry by hand opens again; what undoes a task is no task of its own. */
function endedIn({ state, plan }: Folded): string {
  const tasks = [...tasksOf(state)].map(([ordinal]) => taskAt(plan, ordinal)!);
  const counted = tasks.filter(({ compensates }) => compensates === null);
  return `${counted.filter((task) => isAccepted(state, task)).length} of ${counted.length}`;
}
