import type { Clock, Log, Orchestration, OrchestrationPorts, Run, ViewBatch } from '@orrery/application';
import { Gauge, type Registry } from 'prom-client';
import type { Observer } from './observer.js';
import { PortMetrics } from './port-metrics.js';
import { RunMetrics } from './run-metrics.js';
import { TypeLabels } from './type-labels.js';
import { FollowLag } from './follow-lag.js';

/** How long the figures wait for the database, in milliseconds. */
const HORIZON_WITHIN_MS = 1_000;

/**
 * What a process with an engine tells Prometheus: in base units, and with no ids among the labels. What happens is
 * counted where it passes, at the ports and after the commits; what is so is looked up when somebody reads.
 */
export class EngineMetrics implements Observer {
  private readonly types = new TypeLabels();
  private readonly atPorts: PortMetrics;

  constructor(
    private readonly registry: Registry,
    private readonly clock: Clock,
  ) {
    this.atPorts = new PortMetrics(registry);
  }

  appended(rows: number, tookMs: number): void {
    this.atPorts.appended(rows, tookMs);
  }

  written(batch: ViewBatch): void {
    this.atPorts.written(batch, this.clock.now());
  }

  owns(partitions: ReadonlySet<number>): void {
    this.atPorts.owns(partitions);
  }

  follow(orchestration: Orchestration): void {
    const { kernel, dispatcher, follow, publishing, ports } = orchestration;
    const runs = new RunMetrics(this.registry, dispatcher, this.types);
    const lag = new FollowLag(follow, this.clock);
    const exchangeLag = publishing && new FollowLag(publishing.follow, this.clock);
    kernel.handle.onCommitted((aggregate, events) => {
      if (ports.ownership.owned().has(aggregate.partition)) {
        lag.committed(aggregate);
        exchangeLag?.committed(aggregate);
      }
      if (aggregate.type === kernel.workflows) runs.committed(aggregate as unknown as Run, events);
    });
    this.look('orrery_view_lag_seconds', 'Age of the oldest commit that may not be in lists yet.', () => lag.seconds);
    if (exchangeLag) {
      const help = 'Age of the oldest commit whose events may not be with RabbitMQ yet.';
      this.look('orrery_exchange_lag_seconds', help, () => exchangeLag.seconds);
    }
    this.lookUpPorts(ports);
    this.lookUpQueues(orchestration);
  }

  private lookUpPorts({ log, ownership }: OrchestrationPorts): void {
    this.look('orrery_partitions_owned', 'Partitions that this process owns.', () => ownership.owned().size);
    const age = 'Age of the oldest open transaction, which lists wait for; not a number while nobody can tell.';
    this.look('orrery_log_horizon_age_seconds', age, () => this.horizonAge(log));
  }

  /** In seconds. A database that has fallen silent must not hold up the figures that tell of it. */
  private horizonAge(log: Log): Promise<number> {
    let cancel = () => undefined as void;
    const late = new Promise<number>((resolve) => (cancel = this.clock.after(HORIZON_WITHIN_MS, () => resolve(NaN))));
    const told = log.horizon().then(
      ({ ageMs }) => ageMs / 1_000,
      () => NaN,
    );
    return Promise.race([told, late]).finally(cancel);
  }

  private lookUpQueues({ dispatcher }: Orchestration): void {
    const { backlog, leases } = dispatcher;
    this.look('orrery_attempts_held', 'Attempts in the hands of workers.', () => leases.size);
    this.gather('orch_task_queue_depth', 'Attempts that wait for a worker, by priority.', 'priority', (gauge) => {
      for (const { priority } of backlog.all()) gauge.inc({ priority });
    });
    this.gather('orrery_queue_depth', 'Attempts that wait for a worker, by type.', 'type', (gauge) => {
      for (const { type, waiting } of backlog.depths()) gauge.inc({ type: this.types.of(type) }, waiting);
    });
    this.gather('orrery_queue_age_seconds', 'How long the oldest of them has waited.', 'type', (gauge) => {
      const oldest = new Map<string, number>();
      for (const { type, oldestQueuedAt } of backlog.depths()) {
        const label = this.types.of(type);
        oldest.set(label, Math.min(oldestQueuedAt, oldest.get(label) ?? Infinity));
      }
      for (const [type, queuedAt] of oldest) gauge.set({ type }, (this.clock.now() - queuedAt) / 1_000);
    });
  }

  /** A figure that is looked up when it is read. */
  private look(name: string, help: string, figure: () => number | Promise<number>): void {
    const registers = [this.registry];
    const gauge: Gauge = new Gauge({ name, help, registers, collect: async () => gauge.set(await figure()) });
  }

  /** Figures that are gathered when they are read. */
  private gather(name: string, help: string, label: string, figures: (gauge: Gauge) => void): void {
    const collect = () => {
      gauge.reset();
      figures(gauge);
    };
    const gauge: Gauge = new Gauge({ name, help, labelNames: [label], registers: [this.registry], collect });
  }
}
