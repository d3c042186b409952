import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import { BASE_PATH } from '../contract/route.js';

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** What no route has. */
const NO_ENDPOINT = 'none';

/** Counts requests by their route, and tells every figure of the process at `/metrics`, as Prometheus reads it. */
export function serveMetrics(server: FastifyInstance, registry: Registry): void {
  const registers = [registry];
  const requests = new Counter({
    name: 'orch_http_requests_total',
    help: 'Requests that were answered, by route.',
    labelNames: ['method', 'status', 'endpoint'],
    registers,
  });
  const seconds = new Histogram({
    name: 'orch_http_request_duration_seconds',
    help: 'From a request to the end of its answer, by route.',
    labelNames: ['method', 'endpoint'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const endpoint = request.routeOptions.url ?? NO_ENDPOINT;
    requests.inc({ method, status: reply.statusCode, endpoint });
    seconds.observe({ method, endpoint }, reply.elapsedTime / 1_000);
    done();
  });
  for (const url of ['/metrics', `${BASE_PATH}/metrics`]) {
    server.route({
      method: 'GET',
      url,
      config: { quiet: true },
      handler: async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
    });
  }
}
