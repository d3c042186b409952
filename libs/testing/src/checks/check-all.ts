import { Plans } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import type { Intent } from '../world/sim-client.js';
import type { SimWorld } from '../world/sim-world.js';
import type { Execution } from '../workload/handlers.js';
import { checkExecutions, executed } from './check-executions.js';
import { checkIntent } from './check-intents.js';
import { checkSaga } from './check-sagas.js';
import { checkStream } from './check-streams.js';
import { checkTasks } from './check-tasks.js';
import { checkViews } from './check-views.js';
import { type History, historiesOf, streamsOf } from './history.js';
import { Judge, type Violation } from './violation.js';

export type { Violation } from './violation.js';

const ENDS = ['WorkflowCompleted', 'WorkflowFailed', 'WorkflowCompensated', 'WorkflowCancelled'];

/** What is left of a world to be judged. */
export interface Evidence {
  readonly world: SimWorld;
  readonly executions: readonly Execution[];
  readonly intents: readonly Intent[];
}

/** Every promise that was not kept in a world that has come to rest. */
export async function checkAll({ world, executions, intents }: Evidence): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const { database } = world;
  for (const commits of streamsOf(database)) checkStream(commits, violations);
  const histories = historiesOf(database);
  const plans = new Plans(database.contents);
  const done = executed(executions);
  for (const history of histories) {
    const { event } = history.events[0]!;
    if (event.type !== 'WorkflowStarted') continue;
    const plan = await plans.get(DEFAULT_NAMESPACE, event.definition.hash);
    checkTasks(history, plan, violations);
    checkExecutions(history, plan, done, violations);
    checkSaga(history, plan, violations);
    checkEnd(history, violations);
  }
  const byStream = new Map(histories.map((history) => [history.stream, history]));
  for (const intent of intents) checkIntent(intent, byStream, violations);
  await checkViews(database, violations);
  const judge = new Judge(violations, 'the code');
  for (const error of world.errors) judge.must('no bugs', false, String((error as Error).stack ?? error));
  return violations;
}

/** I9: every run has come to its end. */
function checkEnd({ stream, events }: History, violations: Violation[]): void {
  const judge = new Judge(violations, stream);
  const types = events.map(({ event }) => event.type);
  judge.must('I9', isEnded(types), () => `it is stuck after ${types.slice(-6).join(' ')}`);
}

export function isEnded(types: readonly string[]): boolean {
  const last = types.findLast((type) => ENDS.includes(type) || type === 'WorkflowRetried');
  return last !== undefined && last !== 'WorkflowRetried';
}
