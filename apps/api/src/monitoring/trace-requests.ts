import type { ServerResponse } from 'node:http';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { contextOfTrace, traceparentOf } from '@orrery/infrastructure';
import type { FastifyInstance } from 'fastify';

/**
 * A span for each request, within the trace that its client began. What the request brings about goes on from it: its
 * `traceparent` is this span from here on. Probes have none.
 */
export function traceRequests(server: FastifyInstance, tracer: Tracer): void {
  server.addHook('onRequest', (request, { raw }, done) => {
    const { method, routeOptions, headers } = request;
    const { url = 'none', config } = routeOptions;
    if ((config as { readonly quiet?: boolean }).quiet === true) return done();
    const attributes = { 'http.request.method': method, 'http.route': url };
    const span = tracer.startSpan(
      `${method} ${url}`,
      { kind: SpanKind.SERVER, attributes },
      parentOf(headers['traceparent']),
    );
    headers['traceparent'] = traceparentOf(span);
    // Also where the client has gone before it was answered: what it asked for goes on within this span.
    raw.once('close', () => answered(span, raw));
    done();
  });
}

function answered(span: Span, { statusCode, writableFinished }: ServerResponse): void {
  if (writableFinished) span.setAttribute('http.response.status_code', statusCode);
  else span.setAttribute('error.type', 'client_closed_request');
  if (!writableFinished || statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function parentOf(traceparent: string | string[] | undefined): Context {
  return contextOfTrace(typeof traceparent === 'string' ? traceparent : undefined) ?? ROOT_CONTEXT;
}
