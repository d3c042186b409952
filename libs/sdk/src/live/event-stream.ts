import type { LiveEvent } from '../client/answers.js';
import type { HttpConnection, HttpStream } from '../client/http-connection.js';
import { labelTexts } from '../client/paging.js';
import { OrreryUnreachable } from '../errors.js';
import type { LiveFilter, LiveStream } from './live-events.js';
import { type SseMessage, SseMessages } from './sse-messages.js';

/** A server that says nothing for so long is given up: it says how far it has come three times as often. */
const SILENT_MS = 45_000;

/** Connects to the live feed by server-sent events. Resolves when the server has said where it begins. */
export async function openEventStream(
  http: HttpConnection,
  { workflow, definition, labels = {}, type }: LiveFilter,
  after: string | undefined,
  signal: AbortSignal,
): Promise<LiveStream> {
  const query = { workflow, definition, type, after };
  const repeated = { label: labelTexts(labels) };
  const body = await http.stream({ method: 'GET', path: '/sse/events', query, repeated, signal });
  const stream = new EventStream(body, http.url);
  try {
    await stream.begin();
    return stream;
  } catch (error) {
    stream.close();
    throw error;
  }
}

/** What is read is no more than one piece: the rest waits in the connection, and then at the server. */
class EventStream implements LiveStream {
  private readonly messages = new SseMessages();
  private readonly unread: SseMessage[] = [];
  private at = '';

  constructor(
    private readonly body: HttpStream,
    private readonly url: string,
  ) {}

  get cursor(): string {
    return this.at;
  }

  async begin(): Promise<void> {
    while (this.at === '') await this.take();
  }

  async next(): Promise<LiveEvent> {
    for (;;) {
      const { type, data } = await this.take();
      if (type === 'message' && data !== '') return JSON.parse(data) as LiveEvent;
      if (type === 'closing') throw new OrreryUnreachable(this.url, (JSON.parse(data) as { reason: string }).reason);
    }
  }

  close(): void {
    this.body.close();
  }

  private async take(): Promise<SseMessage> {
    while (this.unread.length === 0) {
      const piece = await this.body.read(SILENT_MS);
      if (piece === undefined) throw new OrreryUnreachable(this.url, 'the stream ended');
      this.unread.push(...this.messages.read(piece));
    }
    const message = this.unread.shift()!;
    if (message.id !== '') this.at = message.id;
    return message;
  }
}
