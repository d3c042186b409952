import { type Dispatcher, type Run, attemptKey, planOf } from '@orrery/application';
import { type Recorded, type TaskCompleted, type TaskFailed, type WorkflowEvent, taskAt } from '@orrery/domain';
import { Counter, Histogram, type Registry } from 'prom-client';
import { renamed } from './renamed-metric.js';
import type { TypeLabels } from './type-labels.js';

/** Seconds, from a millisecond to an hour. */
const TASK_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600, 3_600];

/** How a run ended, by its last event. */
const ENDS: { readonly [type: string]: string | undefined } = {
  WorkflowCompleted: 'completed',
  WorkflowFailed: 'failed',
  WorkflowCompensated: 'compensated',
  WorkflowCancelled: 'cancelled',
};

/** Counts the runs and attempts that this process has committed the beginning or the end of. */
export class RunMetrics {
  private readonly executions: Counter<'type' | 'status'>;
  private readonly seconds: Histogram<'type' | 'status'>;
  private readonly started: Counter;
  private readonly ended: Counter<'status'>;

  constructor(
    registry: Registry,
    private readonly dispatcher: Dispatcher,
    private readonly types: TypeLabels,
  ) {
    const byType = { labelNames: ['type', 'status'] as const, registers: [registry] };
    this.executions = new Counter({ name: 'task_executions_total', help: 'Attempts that ended.', ...byType });
    this.seconds = new Histogram({
      name: 'task_duration_seconds',
      help: 'From the start of an attempt to its recorded end.',
      buckets: TASK_SECONDS,
      ...byType,
    });
    const labels = { type: 'core_id' };
    registry.registerMetric(renamed(this.executions, { name: 'orch_tasks_total', labels }));
    registry.registerMetric(renamed(this.seconds, { name: 'orch_task_duration_seconds', labels }));
    const registers = [registry];
    this.started = new Counter({ name: 'orrery_runs_started_total', help: 'Runs that began.', registers });
    const ended = { name: 'orrery_runs_ended_total', help: 'Runs that came to an end, by how.' };
    this.ended = new Counter({ ...ended, labelNames: ['status'], registers });
  }

  committed(run: Run, events: readonly Recorded[]): void {
    const began = new Map<number, number>();
    for (const { event, at } of events as readonly Recorded<WorkflowEvent>[]) {
      if (event.type === 'TaskStarted') began.set(event.task, event.startedAt);
      else if (event.type === 'TaskCompleted' || event.type === 'TaskFailed')
        this.attemptEnded(run, event, { startedAt: began.get(event.task), at });
      else this.runMoved(event.type);
    }
  }

  private runMoved(type: WorkflowEvent['type']): void {
    if (type === 'WorkflowStarted') this.started.inc();
    const status = ENDS[type];
    if (status) this.ended.inc({ status });
  }

  private attemptEnded(
    run: Run,
    event: TaskCompleted | TaskFailed,
    { startedAt = this.handedAt(run, event), at }: { readonly startedAt: number | undefined; readonly at: number },
  ): void {
    const type = this.types.of(taskAt(planOf(run), event.task)!.type);
    const status = event.type === 'TaskCompleted' ? 'completed' : 'failed';
    this.executions.inc({ type, status });
    // When an earlier owner handed it out, nobody here knows.
    if (startedAt !== undefined) this.seconds.observe({ type, status }, (at - startedAt) / 1_000);
  }

  /** When the attempt left, of one that has told its start before its end. */
  private handedAt({ key }: Run, { task, attempt }: TaskCompleted | TaskFailed): number | undefined {
    const name = attemptKey({ namespace: key.namespace, workflow: key.stream, ordinal: task });
    const lease = this.dispatcher.leases.get(name);
    return lease?.attempt === attempt ? lease.handedAt : undefined;
  }
}
