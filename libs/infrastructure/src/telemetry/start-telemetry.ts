import { setTimeout as sleep } from 'node:timers/promises';
import { type Tracer, trace } from '@opentelemetry/api';

/** How long the last spans may take to be sent, in milliseconds: a collector that is gone keeps nobody. */
const FLUSH_MS = 2_000;

/** Where traces go, as OpenTelemetry's own variables have it. */
export interface TraceSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
}

/** Traces that are on their way. */
export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what has gathered. */
  close(): Promise<void>;
}

/**
 * Begins to send traces, where there is somewhere to send them. All the rest (the protocol, the sampler, the name of the
 * service) OpenTelemetry reads from its own variables. Its SDK is large, and is not even loaded without need.
 */
export async function startTelemetry(service: string, settings: TraceSettings): Promise<Telemetry | undefined> {
  if (!settings.OTEL_EXPORTER_OTLP_ENDPOINT && !settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return undefined;
  const { NodeSDK, resources } = await import('@opentelemetry/sdk-node');
  const resource = resources.resourceFromAttributes({ 'service.name': `orrery-${service}` });
  // Later ones win, and what the environment says of the service comes last.
  const sdk = new NodeSDK({ resource, instrumentations: [], metricReaders: [], logRecordProcessors: [] });
  sdk.start();
  const flushed = () => sdk.shutdown().catch(() => undefined);
  const close = () => Promise.race([flushed(), sleep(FLUSH_MS, undefined, { ref: false })]);
  return { tracer: trace.getTracer('orrery'), close };
}
