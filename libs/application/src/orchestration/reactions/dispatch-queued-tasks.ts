import {
  type Recorded,
  type TaskEvent,
  WithdrawTask,
  type WorkflowEvent,
  type WorkflowStopped,
  inHands,
  isOver,
} from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import { attemptKey, idOf } from '../dispatch/backlog.js';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { EngineCommands } from '../engine-commands.js';
import { type Run, planOf } from '../workflow-streams.js';

type React<E> = (run: Run, event: E, at: number) => void;

/**
 * What committed events mean for the queues: hands out what was queued, holds what pauses, takes back what stops. It acts
 * on the owner's own commits at once, and never waits for the horizon. What it does can be done again from the state.
 */
export class DispatchQueuedTasks {
  private readonly on: { readonly [T in WorkflowEvent['type']]?: React<Extract<WorkflowEvent, { type: T }>> };

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
      WorkflowResumed: (run) => this.reconcile(run),
      WorkflowStopped: (run, event) => this.stop(run, event),
    };
  }

  react(run: Run, events: readonly Recorded[]): void {
    const table = this.on as Record<string, React<WorkflowEvent> | undefined>;
    for (const { event, at } of events) table[event.type]?.(run, event as WorkflowEvent, at);
  }

  /** Brings the queues in line with a run's state: after a take-over, a pause, or a commit of somebody else's. */
  reconcile(run: Run): void {
    const { state } = run;
    if (state.status === null || state.status === 'paused' || isOver(state)) return;
    for (const [ordinal, task] of state.tasks.entries()) {
      if (!inHands(task)) continue;
      if (this.isStopping(run, ordinal)) this.withdraw(run, ordinal, task.attempt);
      else this.offer(run, ordinal, task.attempt, this.clock.now());
    }
  }

  private isStopping(run: Run, ordinal: number): boolean {
    return run.state.stopped !== null && planOf(run).tasks[ordinal]!.compensates === null;
  }

  private offer(run: Run, ordinal: number, attempt: number, queuedAt: number): void {
    const { type, priority } = planOf(run).tasks[ordinal]!;
    this.dispatcher.offer({
      namespace: run.key.namespace,
      workflow: run.key.stream,
      ordinal,
      attempt,
      type,
      priority,
      queuedAt,
    });
  }

  /** Nothing of a paused run is handed out; what runs goes on. */
  private hold(run: Run): void {
    for (const [ordinal, task] of run.state.tasks.entries()) {
      if (task.status === 'queued') this.dispatcher.backlog.remove(this.keyOf(run, ordinal));
    }
  }

  private stop(run: Run, { cause }: WorkflowStopped): void {
    const plan = planOf(run);
    const tellWorkers = cause === 'cancelled' || plan.whenFailing === 'cancel';
    for (const [ordinal, task] of run.state.tasks.entries()) {
      if (!inHands(task) || plan.tasks[ordinal]!.compensates !== null) continue;
      this.withdraw(run, ordinal, task.attempt);
      const lease = this.dispatcher.leases.get(this.keyOf(run, ordinal));
      if (tellWorkers && lease) lease.session?.cancel(idOf(lease), lease.attempt);
    }
  }

  /** A queued attempt that nobody holds ends here; one that is held is awaited. */
  private withdraw(run: Run, ordinal: number, attempt: number): void {
    const key = this.keyOf(run, ordinal);
    this.dispatcher.backlog.remove(key);
    if (this.dispatcher.leases.get(key)) return;
    const address = { namespace: run.key.namespace, workflow: run.key.stream };
    this.commands.sendUntilDone(address, new WithdrawTask({ task: ordinal, attempt }));
  }

  private keyOf(run: Run, ordinal: number): string {
    return attemptKey({ namespace: run.key.namespace, workflow: run.key.stream, ordinal });
  }
}
