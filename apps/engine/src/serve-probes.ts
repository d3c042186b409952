import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What the probes ask. */
export interface Probed {
  /** It has started, and may take a while to be ready again, but not to start. */
  started(): boolean;
  /** Whether it does its work just now; a rejection means no. */
  ready(): Promise<boolean>;
  readonly metrics: Registry;
}

export interface Probes {
  readonly port: number;
  close(): Promise<void>;
}

/** A look that takes longer has its answer, in milliseconds. */
const LOOK_WITHIN_MS = 2_000;

/**
 * Answers `/livez`, `/readyz`, `/startupz` and `/metrics`, and nothing else. That it answers at all is what `/livez`
 * asks.
 */
export async function serveProbes(host: string, port: number, probed: Probed): Promise<Probes> {
  const looks: Record<string, () => Promise<boolean> | boolean> = {
    '/livez': () => true,
    '/startupz': () => probed.started(),
    '/readyz': () => withinTime(probed.ready()),
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]!;
    if (path === '/metrics') return void tell(probed.metrics, response);
    const look = looks[path];
    if (!look) return void response.writeHead(404).end();
    void Promise.resolve(look()).then((isWell) => {
      response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: isWell ? 'ok' : 'unhealthy' }));
    });
  }).listen(port, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function tell(metrics: Registry, response: ServerResponse): Promise<void> {
  const figures = await metrics.metrics();
  response.writeHead(200, { 'content-type': metrics.contentType }).end(figures);
}

async function withinTime(look: Promise<boolean>): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), LOOK_WITHIN_MS).unref());
  return Promise.race([look.catch(() => false), late]);
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
