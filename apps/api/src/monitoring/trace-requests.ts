import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { contextOfTrace, traceparentOf } from '@orrery/infrastructure';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * A span for each request, within the trace that its client began. What the request brings about goes on from it: its
 * `traceparent` is this span from here on. Probes have none.
 */
export function traceRequests(server: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  server.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions, headers } = request;
    const { url = 'none', config } = routeOptions;
    if ((config as { readonly quiet?: boolean }).quiet === true) return done();
    const attributes = { 'http.request.method': method, 'http.route': url };
    const span = tracer.startSpan(
      `${method} ${url}`,
      { kind: SpanKind.SERVER, attributes },
      parentOf(headers['traceparent']),
    );
    spans.set(request, span);
    headers['traceparent'] = traceparentOf(span);
    done();
  });
  server.addHook('onResponse', (request, { statusCode }, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

function parentOf(traceparent: string | string[] | undefined): Context {
  return contextOfTrace(typeof traceparent === 'string' ? traceparent : undefined) ?? ROOT_CONTEXT;
}
