import type { Tracer } from '@opentelemetry/api';
import type { Registry } from 'prom-client';
import { EngineMetrics } from '../monitoring/engine-metrics.js';
import type { Observer } from '../monitoring/observer.js';
import { processRegistry } from '../monitoring/process-registry.js';
import { SystemClock } from '../system/system-clock.js';
import { type TraceSettings, startTelemetry } from './start-telemetry.js';
import { TraceRuns } from './trace-runs.js';

/** What a process tells of itself while it works. */
export interface ObservedProcess {
  readonly metrics: Registry;
  /** Without it nothing is traced. */
  readonly tracer: Tracer | undefined;
  /** Those of an engine in this process. */
  readonly observers: readonly Observer[];
  /** Sends what is still to be sent. */
  close(): Promise<void>;
}

/** Begins to count what a process does, and to trace it where somebody wants to see traces. */
export async function observeProcess(service: string, settings: TraceSettings): Promise<ObservedProcess> {
  const metrics = processRegistry();
  const clock = new SystemClock();
  const counting = new EngineMetrics(metrics, clock);
  const telemetry = await startTelemetry(service, settings);
  if (!telemetry) return { metrics, tracer: undefined, observers: [counting], close: async () => undefined };
  const { tracer, close } = telemetry;
  return { metrics, tracer, observers: [counting, new TraceRuns(tracer, clock)], close };
}
