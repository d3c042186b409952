import type { LiveFeed } from '@orrery/application';
import { API_LIMITS, badHeader, invalidRequest, liveFilterOf } from '@orrery/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { liveRoutes } from '../contract/live.js';
import { type Edge, readRequest, urlsOf } from '../http/mount.js';
import { EVENT_STREAM_TYPE, EventStream, type EventStreamParts } from './event-stream.js';

/** The live feed as server-sent events. */
export class EventStreams {
  private readonly streams = new Set<EventStream>();
  private isLeaving = false;

  constructor(
    private readonly feed: LiveFeed,
    private readonly parts: EventStreamParts,
  ) {}

  serve(server: FastifyInstance, edge: Edge): void {
    for (const url of urlsOf(liveRoutes.events)) {
      server.route({ method: 'GET', url, handler: (request, reply) => this.answer(request, reply, edge) });
    }
  }

  /** The process stops: everybody is told where to come back, and let go. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    for (const stream of this.streams) stream.close('server-stops');
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, edge: Edge): Promise<FastifyReply> {
    const { context, query } = readRequest(liveRoutes.events, request, reply, edge);
    const { after: asked, ...wanted } = query;
    const after = lastEventId(request) ?? asked;
    if (request.method === 'HEAD') return reply.header('content-type', EVENT_STREAM_TYPE).send();
    const stream = new EventStream(reply.raw, this.parts, () => this.streams.delete(stream));
    this.streams.add(stream);
    try {
      const subscription = await this.feed.subscribe({
        context,
        filter: liveFilterOf(wanted),
        after,
        listener: stream,
      });
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value!);
      stream.begin(subscription);
    } catch (error) {
      this.streams.delete(stream);
      throw error;
    }
    if (this.isLeaving) stream.close('server-stops');
    return reply;
  }
}

/** What an EventSource sends when it connects again. */
function lastEventId({ headers }: FastifyRequest): string | undefined {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  const most = API_LIMITS.feedCursorCharacters;
  if (typeof given === 'string' && given.length <= most) return given;
  throw invalidRequest([badHeader('Last-Event-ID', `must be one cursor of at most ${most} characters`)]);
}
