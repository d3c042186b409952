import {
  FailTask,
  type PlannedTask,
  type Recorded,
  type TaskEvent,
  WithdrawTask,
  type WorkflowEvent,
  inHands,
  priorityOf,
  taskAt,
  taskOf,
  tasksOf,
} from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import { attemptKey, idOf } from '../dispatch/backlog.js';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { EngineCommands } from '../engine-commands.js';
import { type Run, planOf, tellsWhatRuns, workIn } from '../workflow-streams.js';

type React<E> = (run: Run, event: E, at: number) => void;

/**
 * What committed events mean for the queues: hands out what was queued, holds what pauses, takes back what stops. It acts
 * on the owner's own commits at once, and never waits for the horizon. What it does can be done again from the state.
 */
export class DispatchQueuedTasks {
  private readonly on: { readonly [T in WorkflowEvent['type']]?: React<Extract<WorkflowEvent, { type: T }>> };

  /** Since when the attempts wait that a pause took out of the queues, as long as their run stays in memory. */
  private readonly held = new WeakMap<Run, ReadonlyMap<number, number>>();

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly commands: EngineCommands,
    private readonly clock: Clock,
  ) {
    const ended: React<TaskEvent> = (run, { task, attempt }) =>
      this.dispatcher.ended({ namespace: run.key.namespace, workflow: run.key.stream, ordinal: task, attempt });
    this.on = {
      TaskQueued: (run, { task, attempt }, at) => this.offer(run, task, attempt, at),
      TaskCompleted: ended,
      TaskFailed: ended,
      TaskWithdrawn: ended,
      WorkflowPaused: (run) => this.hold(run),
      WorkflowResumed: (run) => this.bringInLine(run, this.held.get(run)),
      WorkflowStopped: (run) => this.bringInLine(run),
    };
  }

  react(run: Run, events: readonly Recorded[]): void {
    const table = this.on as Record<string, React<WorkflowEvent> | undefined>;
    for (const { event, at } of events) table[event.type]?.(run, event as WorkflowEvent, at);
  }

  /** What has been decided since then, and has not committed, must not be acted on: then it is done when it has. */
  private bringInLine(run: Run, queuedAt?: ReadonlyMap<number, number>): void {
    const { namespace, stream: workflow } = run.key;
    if (run.version > run.committed) this.commands.reconcile({ namespace, workflow });
    else this.reconcile(run, queuedAt);
  }

  /**
   * Brings the queues in line with a run's state: after a take-over, a stop, or a commit of somebody else's. An attempt
   * that nobody knows to have waited waits from now on.
   */
  reconcile(run: Run, queuedAt?: ReadonlyMap<number, number>): void {
    const now = this.clock.now();
    const unwanted: [ordinal: number, attempt: number][] = [];
    for (const [planned, task] of workIn(run)) {
      const { ordinal } = planned;
      const isHeld = this.endStale(run, ordinal);
      if (!inHands(task)) continue;
      if (isStopping(run, planned)) unwanted.push([ordinal, task.attempt]);
      // What is held already needs no second offer, and a run that pauses makes none.
      else if (!isHeld && run.state.status !== 'paused') {
        this.offer(run, ordinal, task.attempt, Math.min(now, queuedAt?.get(ordinal) ?? now));
      }
    }
    // Last, for it decides something: what that lets go on is handed out when it has committed.
    for (const [ordinal, attempt] of unwanted) this.stop(run, ordinal, attempt);
  }

  /** Whether somebody holds the task's current attempt. An attempt that ended elsewhere ends here too. */
  private endStale(run: Run, ordinal: number): boolean {
    const { leases, backlog } = this.dispatcher;
    if (leases.size === 0 && backlog.size === 0) return false;
    const key = this.keyOf(run, ordinal);
    const task = taskOf(run.state, ordinal);
    const isPast = ({ attempt }: { attempt: number }) =>
      attempt < task.attempt || (attempt === task.attempt && !inHands(task));
    for (const known of [backlog.get(key), leases.get(key)]) if (known && isPast(known)) this.dispatcher.ended(known);
    return leases.get(key) !== undefined;
  }

  private offer(run: Run, ordinal: number, attempt: number, queuedAt: number): void {
    const planned = taskAt(planOf(run), ordinal)!;
    this.dispatcher.offer({
      key: this.keyOf(run, ordinal),
      namespace: run.key.namespace,
      workflow: run.key.stream,
      ordinal,
      attempt,
      type: planned.type,
      priority: priorityOf(planned, run.state),
      queuedAt,
    });
  }

  /** Nothing of a paused run is handed out; what runs goes on. */
  private hold(run: Run): void {
    const queuedAt = new Map<number, number>();
    for (const [ordinal, task] of tasksOf(run.state)) {
      if (task.status !== 'queued') continue;
      const key = this.keyOf(run, ordinal);
      const waiting = this.dispatcher.backlog.get(key);
      if (waiting) queuedAt.set(ordinal, waiting.queuedAt);
      this.dispatcher.backlog.remove(key);
    }
    this.held.set(run, queuedAt);
  }

  /** An attempt that nobody holds ends here; one that is held is awaited, and its worker told where it matters. */
  private stop(run: Run, ordinal: number, attempt: number): void {
    const key = this.keyOf(run, ordinal);
    this.dispatcher.backlog.remove(key);
    const lease = this.dispatcher.leases.get(key);
    if (!lease) {
      const address = { namespace: run.key.namespace, workflow: run.key.stream };
      const isUnderWay = taskOf(run.state, ordinal).status === 'running';
      return this.commands.sendUntilDone(address, isUnderWay ? lost(ordinal, attempt) : withdrawn(ordinal, attempt));
    }
    if (!tellsWhatRuns(planOf(run), run.state.stopped!.cause)) return;
    lease.cancelled = true;
    lease.session?.cancel(idOf(lease), lease.attempt);
  }

  private keyOf(run: Run, ordinal: number): string {
    return attemptKey({ namespace: run.key.namespace, workflow: run.key.stream, ordinal });
  }
}

/** What would do a task that its run does no more; what undoes one goes on. */
function isStopping(run: Run, { compensates }: PlannedTask): boolean {
  return run.state.stopped !== null && compensates === null;
}

function withdrawn(task: number, attempt: number): WithdrawTask {
  return new WithdrawTask({ task, attempt });
}

/** It ran in a process that has died since. */
function lost(task: number, attempt: number): FailTask {
  return new FailTask({ task, attempt, error: { code: 'worker.lost', message: 'the process that did it is gone' } });
}
