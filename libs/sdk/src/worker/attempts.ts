import type { CheckedJson } from '../checked-json.js';
import type { LeasedTask } from '../client/task-answers.js';
import type { HeldAttempt } from '../client/tasks.js';
import { type Attempt, carryOut } from './attempt.js';
import { Ending } from './ending.js';
import type { Log } from './log.js';
import type { TaskHandler } from './task-context.js';
import type { Answer } from './worker-frames.js';

/** What the server could not record just now is said again after so long. */
const SAY_AGAIN_MS = 1_000;

/** What those who carry words to the server are told of. */
export interface AttemptEvents {
  /** An attempt's result is there, or is to be said again. */
  onResult(attempt: Attempt): void;
  onHeartbeat(attempt: Attempt, progress: CheckedJson | undefined): void;
  /** The work of an attempt is over, whatever became of it: there is room for another. */
  onRoom?(): void;
}

/** Everything in a worker's hands: begun, and kept until the server has answered how it ended. */
export class Attempts {
  private readonly held = new Map<string, Attempt>();
  private whenChanged: (() => void)[] = [];
  private working = 0;

  constructor(
    private readonly handlerOf: (task: LeasedTask) => TaskHandler,
    private readonly log: Log,
    private readonly events: AttemptEvents,
  ) {}

  get size(): number {
    return this.held.size;
  }

  /** How many are being worked on. */
  get underWay(): number {
    return this.working;
  }

  /** As beats list them. */
  list(): HeldAttempt[] {
    return this.all().map(({ id, leaseToken }) => ({ id, leaseToken }));
  }

  all(): readonly Attempt[] {
    return [...this.held.values()];
  }

  /** Those that have ended, and wait for an answer. */
  unanswered(): Attempt[] {
    return this.all().filter(({ result }) => result !== undefined);
  }

  /** Begins the work of a task. */
  take(task: LeasedTask): void {
    const { id, leaseToken } = task;
    const attempt: Attempt = { id, leaseToken, task, ending: new Ending() };
    this.held.get(id)?.ending.abort(over('it was handed out again'));
    this.held.set(id, attempt);
    void this.work(attempt);
  }

  /** The server has answered what was said of an attempt's end. */
  answered({ id, recorded, problem }: Answer): void {
    const attempt = this.held.get(id);
    if (!attempt?.result) return;
    if (!recorded && problem?.retryable) return this.sayAgain(attempt);
    if (!recorded && !attempt.ending.isAborted)
      this.log.warn(`${id}: its end was refused with ${problem?.code}: ${problem?.detail}`);
    this.letGo(attempt);
  }

  /** Their run was stopped, or their time is over: the work may end now, and is reported all the same. */
  cancel(attempts: readonly { readonly id: string; readonly attempt: number }[]): void {
    for (const { id, attempt } of attempts) {
      const held = this.held.get(id);
      if (held?.task.attempt === attempt) held.ending.abort(over('its run was stopped, or its time is over'));
    }
  }

  /** They are no longer this worker's: whatever comes of them is not wanted. */
  lose(lost: readonly HeldAttempt[]): void {
    for (const { id, leaseToken } of lost) {
      const attempt = this.held.get(id);
      if (attempt?.leaseToken !== leaseToken) continue;
      if (!attempt.result && !attempt.ending.isAborted)
        this.log.warn(`${id}: its lease was lost; another attempt may be under way`);
      attempt.ending.abort(over('its lease was lost'));
      this.letGo(attempt);
    }
  }

  /** Breaks off what is still under way: the worker stops. */
  abandon(): void {
    for (const { ending } of this.held.values()) ending.abort(over('the worker stops'));
  }

  /** Resolves when less is held than now. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.whenChanged.push(resolve));
  }

  /** Resolves when nothing is held any more. */
  async empty(): Promise<void> {
    while (this.held.size > 0) await this.changed();
  }

  private async work(attempt: Attempt): Promise<void> {
    const heartbeat = (progress: CheckedJson | undefined) => {
      if (this.isHeld(attempt)) this.events.onHeartbeat(attempt, progress);
    };
    this.working += 1;
    const result = await carryOut(attempt, this.handlerOf(attempt.task), { log: this.log, heartbeat });
    this.working -= 1;
    // It may have been lost while it was at work.
    if (this.isHeld(attempt)) {
      attempt.result = result;
      this.events.onResult(attempt);
    }
    this.events.onRoom?.();
  }

  private sayAgain(attempt: Attempt): void {
    setTimeout(() => {
      if (this.isHeld(attempt)) this.events.onResult(attempt);
    }, SAY_AGAIN_MS);
  }

  private isHeld(attempt: Attempt): boolean {
    return this.held.get(attempt.id) === attempt;
  }

  private letGo({ id }: Attempt): void {
    this.held.delete(id);
    for (const resolve of this.whenChanged.splice(0)) resolve();
  }
}

/** Why an attempt's signal was aborted. */
function over(why: string): DOMException {
  return new DOMException(`the attempt no longer counts: ${why}`, 'AbortError');
}
