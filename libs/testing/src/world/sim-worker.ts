import { type HandedTask, type Report, TaskError, type TaskHandler, WorkerSession } from '@orrery/application';
import {
  DEFAULT_NAMESPACE,
  type Json,
  OrreryError,
  type ReportedFailure,
  type TaskId,
  Unavailable,
  parseTaskId,
} from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import { SimClock } from './sim-clock.js';
import { SimNode } from './sim-node.js';
import type { SimProcess } from './sim-process.js';
import type { SimWorld } from './sim-world.js';

const SLOTS = 5;
const BEAT_EVERY_MS = 5_000;
const REPORT_AGAIN_MS = 500;

type Outcome = { readonly output: Json } | { readonly error: ReportedFailure };

/** An attempt, as the dispatcher is told of it. */
type Address = Omit<Report, 'outcome'>;

/** What a worker remembers of an attempt: it is done once, and its outcome is told until it was heard. */
interface Held {
  readonly task: HandedTask;
  readonly ending: AbortController;
  outcome?: Outcome;
}

/** A worker on a machine of its own, as its engine sees it: what goes between them comes late, twice, or not at all. */
export class SimWorker {
  readonly node: SimNode;
  readonly clock: SimClock;
  private readonly random: Random;
  private readonly held = new Map<string, Held>();
  private session: Session | undefined;

  constructor(
    private readonly world: SimWorld,
    readonly name: string,
    private readonly parts: {
      readonly handlers: ReadonlyMap<string, TaskHandler>;
      /** The engines that it may speak to now. */
      readonly engines: () => readonly SimProcess[];
    },
  ) {
    this.node = new SimNode(name, (callback) => void world.scheduler.after(0, callback));
    this.clock = new SimClock(world.scheduler, this.node);
    this.random = world.random.child(`worker ${name}`);
  }

  start(): void {
    this.beatLater();
  }

  crash(): void {
    this.node.crash();
    this.session?.leave();
  }

  /** A message to an engine's node, or from it. */
  send(to: SimNode, deliver: () => void): void {
    const { faults, scheduler } = this.world;
    if (this.random.chance(faults.messageLost)) return this.world.count('messageLost');
    const times = this.random.chance(faults.messageTwice) ? 2 : 1;
    if (times === 2) this.world.count('messageTwice');
    for (let time = 0; time < times; time += 1) {
      scheduler.after(this.random.between(...faults.latencyMs), () => to.enter(deliver));
    }
  }

  /** An attempt is no longer wanted: its handler is told. */
  cancel(task: TaskId, attempt: number): void {
    this.node.enter(() => this.held.get(`${task}.${attempt}`)?.ending.abort());
  }

  take(tasks: readonly HandedTask[]): void {
    for (const task of tasks) {
      const name = `${task.id}.${task.attempt}`;
      if (this.held.has(name)) continue;
      this.held.set(name, { task, ending: new AbortController() });
      void this.work(name);
    }
  }

  private async work(name: string): Promise<void> {
    const held = this.held.get(name)!;
    const heartbeat = () => this.session?.heartbeat(held.task);
    const context = { task: held.task, signal: held.ending.signal, heartbeat };
    try {
      held.outcome = { output: (await this.parts.handlers.get(held.task.type)!(held.task.input, context)) ?? null };
    } catch (error) {
      held.outcome = { error: failureOf(error) };
    }
    this.node.enter(() => this.report(name));
  }

  private report(name: string): void {
    const held = this.held.get(name);
    const engine = this.session?.engine;
    if (!held?.outcome || !this.node.isAlive) return;
    const { task, outcome } = held;
    const { namespace, leaseToken } = task;
    const report = { namespace, ...parseTaskId(task.id)!, leaseToken, outcome };
    const again = () => this.clock.after(REPORT_AGAIN_MS, () => this.report(name));
    again();
    if (!engine?.isReady) return;
    const heard = () => this.send(this.node, () => this.forget(name));
    const tell = () => void this.told(engine, report).then((isHeard) => isHeard && heard());
    this.send(engine.node, tell);
    if (this.strikes('reportTwice')) this.send(engine.node, tell);
    if (this.strikes('reportLate')) this.reportLate(report);
  }

  /** Once more when everybody has forgotten it, and to whoever is there then. */
  private reportLate(report: Report): void {
    this.clock.after(this.random.between(...this.world.faults.lateMs), () => {
      const engine = this.session?.engine;
      if (engine?.isReady) this.send(engine.node, () => void this.told(engine, report));
    });
  }

  /** Says at an engine how an attempt ended, and writes down what came of it. False: nobody knows, and it has to be said again. */
  private async told({ orchestration }: SimProcess, report: Report): Promise<boolean> {
    const { workflow: stream, ordinal: task, leaseToken: lease, outcome } = report;
    let refusal: string | undefined;
    try {
      await orchestration.dispatcher.report(report);
    } catch (error) {
      if (!isFinal(error)) return false;
      refusal = error.code;
    }
    this.world.records.reports.add(stream, { task, attempt: parseInt(lease, 10), lease, outcome, refusal });
    return true;
  }

  private strikes(fault: 'reportTwice' | 'reportLate'): boolean {
    if (!this.random.chance(this.world.faults[fault])) return false;
    this.world.count(fault);
    return true;
  }

  private forget(name: string): void {
    if (!this.held.delete(name)) return;
    this.session?.hasRoom(this.session.free + 1);
  }

  private beatLater(): void {
    this.connect();
    for (const { task } of this.held.values()) this.session?.beat(task);
    // What got lost on its way here takes up no room.
    this.session?.hasRoom(Math.max(0, SLOTS - this.held.size));
    this.clock.after(BEAT_EVERY_MS, () => this.beatLater());
  }

  private connect(): void {
    if (this.session?.engine.isReady) return;
    this.session?.leave();
    const ready = this.parts.engines().filter(({ isReady }) => isReady);
    this.session =
      ready.length === 0 ? undefined : new Session(this, this.random.pick(ready), [...this.parts.handlers.keys()]);
    if (this.session) this.session.free = Math.max(0, SLOTS - this.held.size);
    this.session?.join();
  }
}

/** The worker, as the engine that it speaks to sees it. */
class Session extends WorkerSession {
  constructor(
    private readonly worker: SimWorker,
    readonly engine: SimProcess,
    types: readonly string[],
  ) {
    super(worker.name, DEFAULT_NAMESPACE, new Set(types), false);
  }

  join(): void {
    this.engine.node.enter(() => this.engine.orchestration.dispatcher.connect(this));
  }

  leave(): void {
    this.ended = true;
    this.engine.node.enter(() => this.engine.orchestration.dispatcher.disconnect(this));
  }

  hasRoom(free: number): void {
    this.free = free;
    this.engine.node.enter(() => this.engine.orchestration.dispatcher.freed());
  }

  beat(task: HandedTask): void {
    this.tell(task, (address) => this.engine.orchestration.dispatcher.beat(address, this));
  }

  heartbeat(task: HandedTask): void {
    this.tell(task, (address) => this.engine.orchestration.dispatcher.heartbeat(address));
  }

  private tell({ namespace, id, leaseToken }: HandedTask, tell: (address: Address) => unknown): void {
    this.worker.send(this.engine.node, () => {
      try {
        tell({ namespace, ...parseTaskId(id)!, leaseToken });
      } catch (error) {
        if (!(error instanceof OrreryError)) throw error;
      }
    });
  }

  override deliver(tasks: readonly HandedTask[]): void {
    this.worker.send(this.worker.node, () => this.worker.take(tasks));
  }

  override cancel(task: TaskId, attempt: number): void {
    this.worker.cancel(task, attempt);
  }
}

function failureOf(error: unknown): ReportedFailure {
  if (error instanceof TaskError) return error.failure;
  const { code = 'task.failed', message } = error as { code?: string; message: string };
  return { code, message };
}

/** Whether saying it again would come to the same. */
function isFinal(error: unknown): error is OrreryError {
  return error instanceof OrreryError && !(error instanceof Unavailable);
}
