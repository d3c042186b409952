import { SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { Context } from '@orrery/application';
import { recordedTrace } from '@orrery/infrastructure';

/** A command or a query, as a bus takes it. */
interface Asked {
  readonly context?: Context;
}

interface Bus {
  execute(asked: Asked): Promise<unknown>;
}

/** A span for every command and query that comes with a trace. */
export function traceBuses(
  { commands, queries }: { readonly commands: Bus; readonly queries: Bus },
  tracer: Tracer,
): void {
  traceBus(commands, 'command', tracer);
  traceBus(queries, 'query', tracer);
}

function traceBus(bus: Bus, kind: 'command' | 'query', tracer: Tracer): void {
  const execute = bus.execute.bind(bus);
  bus.execute = async (asked) => {
    const within = recordedTrace(asked.context?.traceparent);
    if (!within) return execute(asked);
    const span = tracer.startSpan(`${kind} ${asked.constructor.name}`, {}, within);
    try {
      return await execute(asked);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  };
}
