import type { Clock, DocumentReader, LiveFeed } from '@orrery/application';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { LIVE_PATH, LIVE_PROTOCOL } from '../contract/live.js';
import type { Bugs } from '../http/bugs.js';
import type { Edge } from '../http/mount.js';
import type { SocketRoute } from '../http/serve-sockets.js';
import { EventStreams } from './event-streams.js';
import { LiveMetrics } from './live-metrics.js';
import { LiveStreams } from './live-streams.js';

/** What the faces of the live feed are made of. */
export interface LiveFacesParts {
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly documents: DocumentReader;
  readonly bugs: Bugs;
  readonly registry?: Registry;
}

/** The live feed of this process, by server-sent events and over sockets. */
export class LiveFaces {
  private readonly feed: LiveFeed;
  private readonly events: EventStreams;
  private readonly sockets: LiveStreams;

  constructor({ feed, clock, documents, bugs, registry }: LiveFacesParts) {
    const metrics = registry && new LiveMetrics(registry);
    this.feed = feed;
    this.events = new EventStreams(feed, { clock, metrics });
    this.sockets = new LiveStreams({ feed, clock, bugs, metrics }, documents);
  }

  get socket(): SocketRoute {
    return { path: LIVE_PATH, atRoot: true, protocol: LIVE_PROTOCOL, sessions: this.sockets };
  }

  serve(server: FastifyInstance, edge: Edge): void {
    this.events.serve(server, edge);
  }

  /** The process stops: everybody is told where to come back, and let go. */
  async leave(): Promise<void> {
    await Promise.all([this.events.leave(), this.sockets.leave()]);
    await this.feed.stop();
  }
}
