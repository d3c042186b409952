import fc from 'fast-check';
import { decide, fold } from '../../kernel/decider.js';
import { OrreryError } from '../../kernel/errors.js';
import type { WorkflowId } from '../../kernel/ids.js';
import { taskAt } from '../definition/items.js';
import type { Plan } from '../definition/plan.js';
import {
  CompleteTask,
  FailTask,
  type ReportedFailure,
  StartTask,
  type TaskCommand,
  WithdrawTask,
} from '../task/task.commands.js';
import { inHands } from '../task/task.js';
import {
  CancelWorkflow,
  FireTimers,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
  StartWorkflow,
  type WorkflowCommand,
} from '../workflow/workflow.commands.js';
import type { WorkflowEvent } from '../workflow/workflow.events.js';
import { planData, planFrom } from './arbitrary-plans.js';
import { workflowDecider } from '../workflow/workflow.js';
import { type WorkflowState, isOver, nextDue, tasksOf } from '../workflow/workflow.state.js';

/** What somebody does in the life of a run, as fast-check makes, shrinks and prints it. */
export interface Act {
  readonly what: keyof typeof ACTS;
  /** How long after the act before, in milliseconds. */
  readonly wait: number;
  readonly pick: number;
  readonly draw: number;
}

/** A command, when it came, and what it did. */
export interface Step {
  readonly command: WorkflowCommand;
  readonly now: number;
  readonly events: readonly WorkflowEvent[];
  readonly refused: boolean;
  /** Copies of the state. */
  readonly before: WorkflowState;
  readonly after: WorkflowState;
  /** What the same command did when it came again in the same moment: nothing, or it was refused. */
  readonly again: readonly WorkflowEvent[];
}

export interface Life {
  readonly plan: Plan;
  readonly steps: readonly Step[];
  readonly events: readonly WorkflowEvent[];
  readonly state: WorkflowState;
}

const BEGIN = 1_700_000_000_000;

/** Lives a run of a plan: starts it, does what is to be done to it, and in the end brings it to its end, if asked to. */
export function live(plan: Plan, acts: readonly Act[], { heal = false } = {}): Life {
  const life = new Living(plan);
  life.step(start, 0);
  for (const act of acts) life.act(act);
  if (heal) life.heal(acts);
  return life;
}

const start = new StartWorkflow({
  id: '0190d5a8-0000-7000-8000-000000000001' as WorkflowId,
  definition: { name: 'sketch', version: 1, hash: 'aa' },
  input: null,
});

/** What there is to choose from when something is to be done. */
interface Scene {
  readonly plan: Plan;
  readonly state: WorkflowState;
  /** What workers have said so far. */
  readonly reports: TaskCommand[];
  now: number;
}

class Living implements Life, Scene {
  private readonly decider;
  readonly steps: Step[] = [];
  readonly events: WorkflowEvent[] = [];
  readonly reports: TaskCommand[] = [];
  state: WorkflowState;
  now = BEGIN;

  constructor(readonly plan: Plan) {
    this.decider = workflowDecider(plan);
    this.state = this.decider.initial();
  }

  act({ what, wait, pick, draw }: Act): void {
    this.now += wait;
    const command = ACTS[what].does(this, pick, draw);
    if (command) this.step(command, draw);
  }

  step(command: WorkflowCommand, draw: number): void {
    const before = this.steps.at(-1)?.after ?? structuredClone(this.state);
    const { events, state, refused } = this.decided(command, this.state, draw);
    this.state = state;
    this.events.push(...events);
    const again = this.decided(command, this.replayed(), draw).events;
    const after = structuredClone(state);
    this.steps.push({ command, now: this.now, events, refused, before, after, again });
  }

  /** The state folded anew, from events as they are read. */
  replayed(): WorkflowState {
    const events = JSON.parse(JSON.stringify(this.events)) as WorkflowEvent[];
    return fold<WorkflowState, WorkflowCommand, WorkflowEvent>(this.decider, events);
  }

  private decided(command: WorkflowCommand, state: WorkflowState, draw: number) {
    const moment = { now: this.now, random: () => (draw % 100) / 100 };
    try {
      const decision = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(this.decider, command, state, moment);
      return { ...decision, refused: false };
    } catch (error) {
      if (!(error instanceof OrreryError)) throw error;
      return { events: [], state, refused: true };
    }
  }

  /** From here on everything that was handed out is reported or withdrawn, every timer fires and every signal comes. */
  heal(acts: readonly Act[]): void {
    this.step(new ResumeWorkflow({}), 0);
    // Each round ends an attempt or fires a timer, and both are bounded by the policies.
    for (let round = 0; !isOver(this.state) && round < 1_000; round++) {
      const { pick, draw } = acts[round % Math.max(1, acts.length)] ?? { pick: 0, draw: 0 };
      const command = report(this, pick, draw + round);
      if (command) this.step(round % 2 === 0 ? (withdraw(this, pick) ?? command) : command, draw);
      else if (nextDue(this.state) !== undefined) {
        this.now = Math.max(this.now, nextDue(this.state)!);
        this.step(new FireTimers({}), draw);
      } else this.step(new SignalWorkflow({ name: choose(SIGNALS, round)!, payload: round }), draw);
    }
  }
}

type Does = (scene: Scene, pick: number, draw: number) => WorkflowCommand | undefined;

const choose = <T>(from: readonly T[], pick: number): T | undefined => from[pick % Math.max(1, from.length)];

function attempts({ plan, state }: Scene, pick: number, wanted: (status: string) => boolean) {
  const found = [...tasksOf(state)].flatMap(([ordinal, task]) => {
    const isList = taskAt(plan, ordinal)!.forEach !== null;
    return !isList && inHands(task) && wanted(task.status) ? [{ task: ordinal, attempt: task.attempt }] : [];
  });
  return choose(found, pick);
}

const FAILURES: readonly ReportedFailure[] = [
  { code: 'boom', message: 'it failed' },
  { code: 'fatal', message: 'it failed for good' },
  { code: 'boom', message: 'it failed', retryable: false, details: { at: [1] } },
  { code: 'boom', message: 'it is to wait', retryAfterMs: 250 },
];

/** A worker says how an attempt goes that is in its hands. */
function report(scene: Scene, pick: number, draw: number): TaskCommand | undefined {
  const attempt = attempts(scene, pick, () => true);
  if (!attempt) return undefined;
  const isChild = taskAt(scene.plan, attempt.task)!.type === 'workflow';
  const said = {
    ...attempt,
    // Work in the engine's own process has no lease, and a child none at all.
    ...(draw % 5 === 0 || isChild ? {} : { lease: `${attempt.attempt}.${attempt.task}` }),
    ...(draw % 3 === 0 ? { startedAt: scene.now } : {}),
  };
  if (draw % 8 === 1 && !isChild) return new StartTask({ ...attempt, startedAt: scene.now, worker: 'w' });
  if (draw % 8 < 5) return new CompleteTask({ ...said, output: [draw, null] });
  return new FailTask({ ...said, error: choose(FAILURES, pick + draw)! });
}

function withdraw(scene: Scene, pick: number): WithdrawTask | undefined {
  const attempt = attempts(scene, pick, (status) => status === 'queued');
  return attempt && new WithdrawTask(attempt);
}

const SIGNALS = ['go', 'stop', '__proto__', 'undone'] as const;

/** What can be done, and how often it is, beside the rest. */
const ACTS = {
  report: {
    weight: 24,
    does: (scene, pick, draw) => {
      const said = report(scene, pick, draw);
      if (said) scene.reports.push(said);
      return said;
    },
  },
  repeat: { weight: 4, does: ({ reports }, pick) => choose(reports, pick) },
  mistake: {
    weight: 3,
    does: ({ plan }, pick, draw) =>
      new CompleteTask({ task: pick % (plan.tasks.length + 1), attempt: draw % 4, lease: 'nobody', output: 'wrong' }),
  },
  fire: { weight: 4, does: () => new FireTimers({}) },
  waitAndFire: {
    weight: 8,
    does: (scene) => {
      scene.now = Math.max(scene.now, nextDue(scene.state) ?? 0);
      return new FireTimers({});
    },
  },
  withdraw: { weight: 4, does: withdraw },
  cancel: { weight: 1, does: (_, __, draw) => new CancelWorkflow(draw % 2 === 0 ? {} : { compensate: false }) },
  pause: { weight: 2, does: () => new PauseWorkflow({}) },
  resume: { weight: 4, does: () => new ResumeWorkflow({}) },
  retry: { weight: 3, does: () => new RetryWorkflow({}) },
  signal: { weight: 4, does: (_, pick, draw) => new SignalWorkflow({ name: choose(SIGNALS, pick)!, payload: draw }) },
  startAgain: { weight: 1, does: () => start },
} satisfies { readonly [what: string]: { readonly weight: number; readonly does: Does } };

const act: fc.Arbitrary<Act> = fc.record({
  what: fc.oneof(
    ...Object.entries(ACTS).map(([what, { weight }]) => ({ weight, arbitrary: fc.constant(what as Act['what']) })),
  ),
  wait: fc.nat({ max: 150 }),
  pick: fc.nat({ max: 1_000 }),
  draw: fc.nat({ max: 1_000 }),
});

/** How many lives prove a law; more of them are for nights. */
export const PROOF_RUNS = Number(process.env['ORRERY_PROOF_RUNS'] ?? 100);

/** Proves what holds in every life of every plan. */
export function everyLife(holds: (life: Life) => void, how: { heal?: boolean } = {}): void {
  const acts = fc.array(act, { minLength: 12, maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(planData, acts, (data, done) => holds(live(planFrom(data), done, how))),
    { numRuns: PROOF_RUNS, includeErrorInReport: true },
  );
}

/** The same acts as wishes for the laws that hold for every decider. */
export function wishesFor(plan: Plan): fc.Arbitrary<(state: WorkflowState) => WorkflowCommand> {
  return act.map(({ what, pick, draw }) => (state) => {
    const scene = { plan, state, reports: [], now: BEGIN };
    return (state.status === null ? start : ACTS[what].does(scene, pick, draw)) ?? new FireTimers({});
  });
}
