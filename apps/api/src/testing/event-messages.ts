import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, get } from 'node:http';

/** One message of a stream of server-sent events. */
export interface EventMessage {
  readonly type: string;
  readonly id: string;
  readonly data: { readonly cursor: string; readonly [name: string]: unknown };
}

/** A stream of server-sent events, as a spec reads it. */
export interface EventMessages {
  readonly response: IncomingMessage;
  /** All that came. */
  readonly messages: EventMessage[];
  /** The events among them. */
  events(): readonly EventMessage[];
  /** Resolves when so many events have come; rejects when the stream ends before that. */
  untilEvents(count: number): Promise<readonly EventMessage[]>;
  readonly ended: Promise<unknown>;
  /** Reads nothing more, and reads on. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Asks for a stream, and reads it as it comes. */
export async function eventMessages(url: string, headers: Record<string, string> = {}): Promise<EventMessages> {
  const request: ClientRequest = get(url, { headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const messages: EventMessage[] = [];
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop()!;
    messages.push(...blocks.flatMap(messageOf));
  });
  // One that was cut off ends with an error, which is no news to who reads it.
  response.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => response.once('close', resolve));
  const events = () => messages.filter(({ type }) => type === 'message');
  return {
    response,
    messages,
    events,
    ended,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    async untilEvents(count) {
      while (events().length < count) {
        if (response.closed) throw new Error(`the stream ended after ${events().length} events`);
        await Promise.race([new Promise((resolve) => response.once('data', resolve)), ended]);
      }
      return events();
    },
    close: () => request.destroy(),
  };
}

function messageOf(block: string): EventMessage[] {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
  const data = fields.get('data');
  if (data === undefined) return [];
  return [{ type: fields.get('event') ?? 'message', id: fields.get('id')!, data: JSON.parse(data) }];
}
