import { Plans } from '@orrery/application';
import { DEFAULT_NAMESPACE, type JsonObject, type WorkflowDecider, workflowDecider } from '@orrery/domain';
import type { Intent } from '../world/sim-client.js';
import type { SimWorld } from '../world/sim-world.js';
import type { Execution } from '../workload/handlers.js';
import { checkBatches } from './check-batches.js';
import { checkEnd } from './check-ends.js';
import { checkExecutions, executed } from './check-executions.js';
import { checkIntent, commandsIn } from './check-intents.js';
import { checkModel } from './check-model.js';
import { checkReplay } from './check-replay.js';
import { checkReports } from './check-reports.js';
import { type Folded, checkRows } from './check-rows.js';
import { checkSaga } from './check-sagas.js';
import { checkStream } from './check-streams.js';
import { checkSubscribers } from './check-subscribers.js';
import { checkTasks } from './check-tasks.js';
import { checkViews } from './check-views.js';
import { type History, historiesOf, streamsOf } from './history.js';
import { Judge, type Violation } from './violation.js';

export { isEnded } from './check-ends.js';
export type { Violation } from './violation.js';

/** What is left of a world to be judged. */
export interface Evidence {
  readonly world: SimWorld;
  readonly executions: readonly Execution[];
  readonly intents: readonly Intent[];
}

/** Every promise that was not kept in a world that has come to rest. */
export async function checkAll(evidence: Evidence): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const { database, records, errors } = evidence.world;
  const { committed } = database.store;
  for (const commits of streamsOf(database)) checkStream(commits, violations);
  const plans = new Plans(database.contents);
  for (const [hash, { plan }] of records.deciders) plans.keep(DEFAULT_NAMESPACE, hash, plan);
  await checkRuns(evidence, plans, violations);
  checkSubscribers(committed, records.deliveries, violations);
  checkBatches(committed, records.batches, violations);
  await judged('the lists', violations, () => checkViews(database, plans, violations));
  const judge = new Judge(violations, 'the code');
  for (const error of errors) judge.must('no bugs', false, String((error as Error).stack ?? error));
  return violations;
}

async function checkRuns(
  { world, executions, intents }: Evidence,
  plans: Plans,
  violations: Violation[],
): Promise<void> {
  const { database, records } = world;
  const histories = historiesOf(database);
  const done = executed(executions);
  const rules = new RulesByHash(world, plans);
  const folded = new Map<string, Folded>();
  const checkRun = async (history: History, hash: string) => {
    const { document, decider } = await rules.of(hash);
    checkTasks(history, decider.plan, violations);
    checkExecutions(history, decider.plan, done, violations);
    checkSaga(history, decider.plan, violations);
    checkEnd(history, violations);
    checkReports(history, records.reports.of(history.stream), violations);
    const state = checkReplay(history, { decider, remembered: records.remembered.of(history.stream) }, violations);
    checkModel(history, { document, state }, violations);
    folded.set(history.stream, { state, plan: decider.plan });
  };
  for (const history of histories) {
    const { event } = history.events[0]!;
    if (event.type !== 'WorkflowStarted') continue;
    await judged(history.stream, violations, () => checkRun(history, event.definition.hash));
  }
  await checkRows(database.views, folded, violations);
  const byStream = new Map(histories.map((history) => [history.stream as string, history]));
  const wanted = { histories: byStream, commands: commandsIn(database.store.committed) };
  for (const intent of intents) checkIntent(intent, wanted, violations);
}

/** What is so broken that nobody can even go through it is told, and keeps nothing else from being judged. */
async function judged(where: string, violations: Violation[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    new Judge(violations, where).must('I11', false, `it cannot be gone through: ${String(error)}`);
  }
}

/** What runs go by: their definition as it was written, and the rules that the engine makes of it. */
class RulesByHash {
  private readonly known = new Map<string, { readonly document: JsonObject; readonly decider: WorkflowDecider }>();

  constructor(
    private readonly world: SimWorld,
    private readonly plans: Plans,
  ) {}

  async of(hash: string) {
    let rules = this.known.get(hash);
    if (!rules) {
      const { database, records } = this.world;
      const { document } = (await database.contents.get(DEFAULT_NAMESPACE, hash))!;
      // Of a commit whose reply was lost nobody may have told.
      const decider = records.deciders.get(hash) ?? workflowDecider(await this.plans.get(DEFAULT_NAMESPACE, hash));
      rules = { document, decider };
      this.known.set(hash, rules);
    }
    return rules;
  }
}
