import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from '@orrery/application';
import type { ApiOptions } from './api-app.js';
import type { InFlight } from './http/in-flight.js';
import type { LongPolls } from './http/long-polls.js';
import type { Health } from './monitoring/health.js';

interface Serving {
  readonly app: NestFastifyApplication;
  readonly health: Health;
  readonly inFlight: InFlight;
  readonly polls: LongPolls;
  /** Sessions over sockets, which are answered and let go. */
  readonly streams: readonly { leave(): Promise<void> }[];
  readonly clock: Clock;
  readonly options: ApiOptions;
}

/** What still runs after this time is cut off, in milliseconds. */
const STOP_WITHIN_MS = 30_000;

/**
 * Stops in the order that loses nothing: first nobody is sent here any more, then nobody is let wait, then workers
 * and clients are answered and let go, then requests end. Whatever takes longer than it may is cut off.
 */
export async function stopServing(serving: Serving): Promise<void> {
  const { app, health, inFlight, polls, streams, clock, options } = serving;
  const { drainDelayMs = 0, stopWithinMs = STOP_WITHIN_MS } = options;
  health.phase = 'stopping';
  if (drainDelayMs > 0) await new Promise<void>((resolve) => void clock.after(drainDelayMs, resolve));
  const late = new Promise<void>((resolve) => void clock.after(stopWithinMs, resolve));
  polls.end();
  await Promise.race([Promise.all(streams.map((each) => each.leave())), late]);
  const closing = app.close();
  await Promise.race([inFlight.none(), late]);
  // Who is still connected has nothing to wait for: it keeps the connection for later, or never asked anything.
  app.getHttpServer().closeAllConnections();
  await closing;
}
