import { named } from '../../kernel/named.js';
import { SteadyMap } from '../../kernel/steady-map.js';
import type { Json, Namespace, ReportedFailure, TaskId } from '@orrery/domain';
import type { Dispatcher, Report } from '../dispatch/dispatcher.js';
import { type HandedTask, WorkerSession } from '../dispatch/worker-session.js';

/** What a handler may know and do besides its input. */
export interface TaskContext {
  readonly task: HandedTask;
  /** Aborted when the attempt no longer counts. */
  readonly signal: AbortSignal;
  /** Says that the attempt is alive, where its task wants heartbeats. */
  heartbeat(): void;
}

/** Does the work of one task type. What it throws fails the attempt. */
export type TaskHandler = (input: Json, context: TaskContext) => Json | PromiseLike<Json>;

/** An error that says how its attempt failed. */
export class TaskError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly options: Omit<ReportedFailure, 'code' | 'message'> = {},
  ) {
    super(message);
  }

  get failure(): ReportedFailure {
    return { code: this.code, message: this.message, ...this.options };
  }
}

/** An attempt that runs here. What tells it to end is made when its handler asks for it: most handlers never do. */
class RunningAttempt implements TaskContext {
  private controller: AbortController | undefined;
  private aborted = false;

  constructor(
    readonly number: number,
    readonly task: HandedTask,
    private readonly dispatcher: Dispatcher,
  ) {}

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.aborted) this.controller.abort();
    return this.controller.signal;
  }

  get heartbeat(): () => void {
    const { namespace, workflowId: workflow, ordinal, leaseToken } = this.task;
    return () => void this.dispatcher.heartbeat({ namespace, workflow, ordinal, leaseToken });
  }

  /** Its task's name across namespaces. */
  get key(): string {
    return named(this.task.namespace, this.task.id);
  }

  report(outcome: Report['outcome']): Report {
    const { namespace, workflowId: workflow, ordinal, leaseToken } = this.task;
    return { namespace, workflow, ordinal, leaseToken, outcome };
  }

  abort(): void {
    this.aborted = true;
    this.controller?.abort();
  }
}

export interface LocalWorkerOptions {
  readonly workerId: string;
  readonly namespace: Namespace;
  readonly concurrency: number;
  /** What an error says of its attempt that a handler threw. Unsaid, a `TaskError` says it, and any other its message. */
  readonly failureOf?: (error: unknown) => ReportedFailure;
}

/** A worker inside the engine's own process: handlers beside the engine, handed over in memory. */
export class LocalWorker extends WorkerSession {
  declare readonly types: Set<string>;
  /** The attempts under way, by their number. */
  private readonly running = new SteadyMap<number, RunningAttempt>();
  private begun = 0;
  private readonly failureOf: (error: unknown) => ReportedFailure;
  private stopping = false;
  private abandoned = false;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly handlers: Map<string, TaskHandler>,
    options: LocalWorkerOptions,
    /** Told of reports that came too late: another attempt is under way, or the run is over. */
    private readonly onLateReport: (error: unknown) => void,
  ) {
    super(options.workerId, options.namespace, new Set(handlers.keys()), true);
    this.free = options.concurrency;
    this.failureOf = options.failureOf ?? failureOf;
  }

  start(): void {
    this.dispatcher.connect(this);
  }

  /** Does tasks of one type more, also while it is at work. */
  add(type: string, handler: TaskHandler): void {
    this.handlers.set(type, handler);
    this.types.add(type);
    this.dispatcher.connect(this);
  }

  override deliver(tasks: readonly HandedTask[]): void {
    for (const task of tasks) this.run(task);
  }

  override cancel(id: TaskId, attempt: number): void {
    for (const each of this.running.values()) if (each.task.id === id && each.task.attempt === attempt) each.abort();
  }

  /** Takes nothing new, and resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.stopping = this.ended = true;
    this.dispatcher.disconnect(this);
    if (this.running.size > 0) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  /** Tells what still runs to end: nobody waits for it any more, and whoever is next does it again. */
  abandon(): void {
    this.abandoned = true;
    for (const attempt of this.running.values()) attempt.abort();
  }

  /** A handler that answers at once costs no promise. */
  private run(task: HandedTask): void {
    const attempt = new RunningAttempt(++this.begun, task, this.dispatcher);
    this.running.set(attempt.number, attempt);
    let output: Json | PromiseLike<Json> | undefined;
    try {
      output = this.handlers.get(task.type)!(task.input, attempt);
    } catch (error) {
      return this.failed(attempt, error);
    }
    if (!isPromiseLike(output)) return this.done(attempt, output);
    output.then(
      (value) => this.done(attempt, value),
      (error: unknown) => this.failed(attempt, error),
    );
  }

  private done(attempt: RunningAttempt, output: Json | undefined): void {
    this.finish(attempt, { output: output ?? null });
  }

  private failed(attempt: RunningAttempt, error: unknown): void {
    // That it was told to end is no failure of its own.
    if (this.abandoned) return this.forget(attempt);
    this.finish(attempt, { error: this.told(error) });
  }

  /** What was thrown may be anything, and refuse even to be read. */
  private told(error: unknown): ReportedFailure {
    try {
      return this.failureOf(error);
    } catch (unreadable) {
      return failureOf(unreadable);
    }
  }

  private finish(attempt: RunningAttempt, outcome: Report['outcome']): void {
    this.free += 1;
    if (!this.stopping) this.dispatcher.freed();
    try {
      this.dispatcher.reportUntilDone(attempt.report(outcome), attempt.key, () => this.forget(attempt));
    } catch (error) {
      this.onLateReport(error);
      this.forget(attempt);
    }
  }

  private forget(attempt: RunningAttempt): void {
    this.running.delete(attempt.number);
    if (this.running.size === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}

/** Whether a value has to be awaited. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function failureOf(error: unknown): ReportedFailure {
  if (error instanceof TaskError) return error.failure;
  return { code: 'task.failed', message: error instanceof Error ? error.message : String(error) };
}
