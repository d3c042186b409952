import { FireTimers, type Timers, dropFirstTimer, firstTimer, nextDue, setTimer } from '@orrery/domain';
import type { Aggregates } from '../../kernel/aggregates.js';
import type { Clock } from '../../kernel/ports/clock.js';
import { type StreamKey, keyOf } from '../../kernel/ports/log.js';
import type { EngineCommands, Ending } from '../engine-commands.js';
import type { Run } from '../workflow-streams.js';

/** How far ahead due times are kept in memory; what falls due later is loaded from the views when its hour comes. */
export const TIMERS_AHEAD_MS = 3_600_000;
/** How long a run is left alone that is due still after it has fired, and nothing came of it. */
export const FIRE_AGAIN_MS = 1_000;
/** How long it sleeps at most, in milliseconds: a machine that sleeps counts on, and its time of day does not stop. */
export const SLEEP_MAX_MS = 60_000;

interface Armed {
  readonly key: StreamKey;
  /** When it fires; moved to never when the run no longer waits. */
  at: number;
}

/** Fires what falls due in runs: one timer a run, and one for them all, which sleeps to the exact moment. */
export class RunTimers {
  private readonly heap: Timers<Armed> = [];
  private readonly byRun = new Map<string, Armed>();
  /** Runs that are being fired, and since when they are due again: while the log is away, one command a run is enough. */
  private readonly firing = new Map<string, Armed>();
  private wake: { at: number; cancel: () => void } | undefined;

  constructor(
    private readonly commands: EngineCommands,
    private readonly aggregates: Aggregates,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.byRun.size;
  }

  /** Follows a run: its next due time is what its state says now. */
  follow(run: Run): void {
    this.set(run.key, nextDue(run.state));
  }

  /** Follows a run of which this may not be the newest: it fires no later than it would have. */
  bringForward({ key, state }: Run): void {
    const due = nextDue(state);
    const armed = this.byRun.get(keyOf(key));
    if (due !== undefined && (!armed || due < armed.at)) this.set(key, due);
  }

  /** Fires a run at a time, which may be a lower bound of when something is due in it. */
  set(key: StreamKey, at: number | undefined): void {
    const name = keyOf(key);
    const armed = this.byRun.get(name);
    if (armed && armed.at === at) return;
    if (armed) {
      armed.at = Infinity;
      this.byRun.delete(name);
    }
    if (at === undefined || at > this.clock.now() + TIMERS_AHEAD_MS) return;
    const next = { key, at };
    this.byRun.set(name, next);
    setTimer(this.heap, at, next);
    this.sleep();
  }

  /** Lets go of every run but these. */
  keepOnly(isMeant: (key: StreamKey) => boolean): void {
    for (const { key } of [...this.byRun.values()]) if (!isMeant(key)) this.set(key, undefined);
    for (const firing of this.firing.values()) if (!isMeant(firing.key)) firing.at = Infinity;
  }

  clear(): void {
    this.heap.length = 0;
    this.byRun.clear();
    this.wake?.cancel();
    this.wake = undefined;
  }

  private sleep(): void {
    this.dropStale();
    const first = firstTimer(this.heap);
    if (!first || (this.wake && this.wake.at <= first[0])) return;
    this.wake?.cancel();
    const delay = Math.min(SLEEP_MAX_MS, Math.max(0, first[0] - this.clock.now()));
    this.wake = { at: first[0], cancel: this.clock.after(delay, () => this.fire()) };
  }

  private dropStale(): void {
    for (let first = firstTimer(this.heap); first; first = firstTimer(this.heap)) {
      if (first[1].at === first[0]) return;
      dropFirstTimer(this.heap);
    }
  }

  private fire(): void {
    this.wake = undefined;
    const now = this.clock.now();
    this.dropStale();
    for (let first = firstTimer(this.heap); first && first[0] <= now; first = firstTimer(this.heap)) {
      dropFirstTimer(this.heap);
      this.fireRun(first[1]);
      this.dropStale();
    }
    this.sleep();
  }

  private fireRun(armed: Armed): void {
    const { key, at } = armed;
    const name = keyOf(key);
    this.byRun.delete(name);
    armed.at = Infinity;
    const firing = this.firing.get(name);
    if (firing) {
      firing.at = at;
      return;
    }
    this.firing.set(name, armed);
    const firedAt = this.clock.now();
    this.commands.sendUntilDone({ namespace: key.namespace, workflow: key.stream }, new FireTimers({}), (ending) =>
      this.fired(key, firedAt, ending),
    );
  }

  /** When it has fired, a run that decided nothing tells its true next time. */
  private fired(key: StreamKey, firedAt: number, ending: Ending): void {
    const { at } = this.firing.get(keyOf(key))!;
    this.firing.delete(keyOf(key));
    const run = this.aggregates.peek(key) as unknown as Run | undefined;
    // What a bug keeps from firing would only meet it again.
    if (ending === 'bug') return;
    if (!run) return at < Infinity ? this.set(key, this.clock.now() + FIRE_AGAIN_MS) : undefined;
    const due = nextDue(run.state);
    const isLeft = ending !== 'changed' && due !== undefined && due <= firedAt && !this.byRun.has(keyOf(key));
    // What was due and did not fire would come up again at once, and for ever. If it is armed, the run has moved since.
    if (isLeft) this.set(key, this.clock.now() + FIRE_AGAIN_MS);
    else this.follow(run);
  }
}
