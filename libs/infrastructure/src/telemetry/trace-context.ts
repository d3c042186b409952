import { type Context, ROOT_CONTEXT, type Span, TraceFlags, trace } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The context that a W3C `traceparent` names; nothing if it is none. */
export function contextOfTrace(traceparent: string | undefined): Context | undefined {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (!match) return undefined;
  const [, traceId, spanId, flags] = match;
  const traceFlags = Number.parseInt(flags!, 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: traceId!, spanId: spanId!, traceFlags, isRemote: true });
}

/** The same, if the trace is one that is recorded. */
export function recordedTrace(traceparent: string | undefined): Context | undefined {
  const context = contextOfTrace(traceparent);
  return context && trace.getSpanContext(context)!.traceFlags & TraceFlags.SAMPLED ? context : undefined;
}

/** How a span is named to whoever goes on with its trace. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
