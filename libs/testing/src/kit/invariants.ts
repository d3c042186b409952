import { DEFAULT_NAMESPACE, taskAt, taskId } from '@orrery/domain';
import { checkSaga } from '../checks/check-sagas.js';
import { checkStream } from '../checks/check-streams.js';
import { checkTasks } from '../checks/check-tasks.js';
import { checkViews } from '../checks/check-views.js';
import { type History, historiesOf, streamsOf } from '../checks/history.js';
import { Judge, type Violation } from '../checks/violation.js';
import type { Made } from './handlers.js';
import type { KitWorld } from './kit-world.js';

/** The promises of the engine that hold of every log, whatever the runs in it are, and whether they have ended. */
export async function brokenPromises(
  world: KitWorld,
  { made, types, isSettled }: { readonly made: readonly Made[]; readonly types: readonly string[]; isSettled: boolean },
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const done = new Set(made.map(({ task, attempt }) => `${task}.${attempt}`));
  for (const commits of streamsOf(world.database)) checkStream(commits, violations);
  for (const history of historiesOf(world.database)) {
    const { event } = history.events[0]!;
    if (event.type !== 'WorkflowStarted') continue;
    const plan = await world.plans.get(DEFAULT_NAMESPACE, event.definition.hash);
    checkTasks(history, plan, violations);
    checkSaga(history, plan, violations);
    checkMade(history, (task) => taskAt(plan, task)!, { done, types, violations });
  }
  if (isSettled) await checkViews(world.database, world.plans, violations);
  const judge = new Judge(violations, 'the code');
  for (const error of world.errors) judge.must('no bugs', false, String((error as Error).stack ?? error));
  return violations;
}

/** What is recorded as done by a handler was done by one, in that very attempt. */
function checkMade(
  { stream, events }: History,
  planned: (task: number) => { readonly type: string; readonly forEach: unknown },
  {
    done,
    types,
    violations,
  }: { readonly done: ReadonlySet<string>; readonly types: readonly string[]; readonly violations: Violation[] },
): void {
  const judge = new Judge(violations, stream);
  for (const { event } of events) {
    if (event.type !== 'TaskCompleted') continue;
    const { type, forEach } = planned(event.task);
    if (forEach !== null || !types.includes(type)) continue;
    const name = `${taskId(stream as never, event.task)}.${event.attempt}`;
    judge.must('I5', done.has(name), `${name} is recorded as done, and no handler did it`);
  }
}
