import {
  type Moment,
  OrreryError,
  type WorkflowCommand,
  type WorkflowDecider,
  type WorkflowEvent,
  type WorkflowState,
  decide,
  fold,
} from '@orrery/domain';
import { chanceAgain, commandAgain } from './commands-again.js';
import type { Remembered } from '../world/records.js';
import type { History, Seen } from './history.js';
import { Judge, type Violation } from './violation.js';

/**
 * I11: what the log has is decided again, and gives the same events; and what is remembered of a run is what its events
 * give. I17: a command that comes a second time decides nothing. Returns the state at its end.
 */
export function checkReplay(
  history: History,
  { decider, remembered }: { readonly decider: WorkflowDecider; readonly remembered: readonly Remembered[] },
  violations: Violation[],
): WorkflowState {
  const replay = new Replay(history, decider, new Judge(violations, history.stream));
  for (const decision of history.decisions) {
    replay.decide(decision);
    const { version } = decision.at(-1)!;
    for (const { by, state } of remembered.filter((each) => each.version === version)) replay.compare(by, state);
  }
  return replay.state;
}

class Replay {
  state: WorkflowState;
  private version = 0;

  constructor(
    private readonly history: History,
    private readonly decider: WorkflowDecider,
    private readonly judge: Judge,
  ) {
    this.state = decider.initial();
  }

  decide(decision: readonly Seen[]): void {
    const events = decision.map(({ event }) => event);
    const { at } = decision[0]!;
    const decided = { events, state: this.state, plan: this.decider.plan, at };
    const command = commandAgain(decided);
    const again = JSON.stringify(this.decided(command, { now: at, random: chanceAgain(decided) }));
    this.version = decision.at(-1)!.version;
    const name = `${command.type} at version ${this.version}`;
    const was = JSON.stringify(events);
    this.judge.must('I11', again === was, () => `${name} decides ${again}, and decided ${was}`);
    // It goes on from what is recorded.
    if (again !== was) this.foldAnew();
    this.repeat(command, at, name);
  }

  compare(by: string, state: string): void {
    this.judge.must(
      'I11',
      state === JSON.stringify(this.state),
      () => `${by} remembers version ${this.version} otherwise`,
    );
  }

  /** A signal that comes twice is known by its command's id, and by nothing that the rules of a run know. */
  private repeat(command: WorkflowCommand, at: number, name: string): void {
    if (command.type === 'SignalWorkflow') return;
    const again = this.decided(command, { now: at, random: () => 0.5 });
    this.judge.must('I17', again.length === 0, () => `${name} decides ${JSON.stringify(again)} the second time`);
    if (again.length > 0) this.foldAnew();
  }

  private decided(command: WorkflowCommand, moment: Moment): readonly WorkflowEvent[] {
    try {
      const decision = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(this.decider, command, this.state, moment);
      this.state = decision.state;
      return decision.events;
    } catch (error) {
      if (error instanceof OrreryError) return [];
      throw error;
    }
  }

  private foldAnew(): void {
    const events = this.history.events.filter(({ version }) => version <= this.version).map(({ event }) => event);
    this.state = fold<WorkflowState, WorkflowCommand, WorkflowEvent>(this.decider, events);
  }
}
