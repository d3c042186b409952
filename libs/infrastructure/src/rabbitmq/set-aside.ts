import { createHash } from 'node:crypto';
import type { DeadLetterQueue, Json, JsonObject, LetterMessage } from '@orrery/domain';
import type { ConsumeMessage, MessagePropertyHeaders } from 'amqplib';
import type { OutgoingMessage } from './confirmed-publisher.js';
import { shortText } from './short-text.js';
import type { Names } from './topology.js';

/** The headers of a message that was set aside: why, which time that was, and where it had been sent. */
export const ASIDE_HEADERS = {
  id: 'orrery-aside-id',
  reason: 'orrery-reason',
  detail: 'orrery-detail',
  exchange: 'orrery-exchange',
  routingKey: 'orrery-routing-key',
} as const;
/** The header of a message that was sent again: its dead letter. */
export const LETTER_HEADER = 'orrery-dead-letter';

/** What a message has in its headers that is not its own: of us, and of a broker that set it aside. */
const NOT_ITS_OWN =
  /^(orrery-(?!headers-dropped)|x-first-death-|x-last-death-|x-(death|delivery-count|acquired-count)$)/;

type Headers = Readonly<Record<string, unknown>>;

/** A message that was set aside, by us or by the broker, and why. */
export interface SetAside {
  readonly queue: DeadLetterQueue;
  readonly body: Buffer;
  readonly message: Omit<LetterMessage, 'body' | 'encoding'>;
  readonly reason: string;
  readonly detail: string;
  /** Which time that was: the same when it comes twice. */
  readonly aside: string;
  /** The dead letter whose message it is, if it was sent again. */
  readonly redriven?: string;
}

export function setAsideIn(came: ConsumeMessage, queue: DeadLetterQueue): SetAside {
  const { content: body, properties } = came;
  const headers = (properties.headers ?? {}) as Headers;
  const by = text(headers[ASIDE_HEADERS.reason]) === undefined ? byBroker(came, headers) : byUs(headers);
  const { contentType, contentEncoding, messageId, correlationId, replyTo, type } = properties;
  const said = { contentType, contentEncoding, messageId, correlationId, replyTo, type };
  return {
    queue,
    body,
    message: { ...textsIn({ ...said, ...by.place }), headers: ownHeaders(headers) },
    ...{ reason: by.reason, detail: by.detail, aside: by.aside ?? hashOf(came, queue) },
    redriven: text(headers[LETTER_HEADER]),
  };
}

/** The message of a dead letter as it was, for where commands are taken from; what no message can have is left out. */
export function redrivenMessage(letter: string, message: LetterMessage, { commands }: Names): OutgoingMessage {
  const { body, encoding, headers, exchange: _, routingKey = '', type, ...properties } = message;
  return {
    exchange: commands,
    routingKey,
    body: Buffer.from(body, encoding === 'text' ? 'utf8' : 'base64'),
    properties: {
      ...properties,
      // It is that of its CloudEvent, which may be longer than one of a message.
      type: shortText(type),
      persistent: true,
      headers: { ...(fromJson(headers) as MessagePropertyHeaders), [LETTER_HEADER]: letter },
    },
    plain: { persistent: true, contentType: shortText(properties.contentType), headers: { [LETTER_HEADER]: letter } },
  };
}

/** Whence it came, why it lies there, and which time that was, if that is known. */
interface By {
  readonly reason: string;
  readonly detail: string;
  readonly aside?: string;
  readonly place: { readonly exchange?: unknown; readonly routingKey?: unknown };
}

function byUs(headers: Headers): By {
  return {
    reason: String(headers[ASIDE_HEADERS.reason]),
    detail: text(headers[ASIDE_HEADERS.detail]) ?? '',
    aside: text(headers[ASIDE_HEADERS.id]),
    place: { exchange: headers[ASIDE_HEADERS.exchange], routingKey: headers[ASIDE_HEADERS.routingKey] },
  };
}

/** What the broker writes of the last time that it set a message aside. */
interface Death {
  readonly reason?: unknown;
  readonly queue?: unknown;
  readonly exchange?: unknown;
  readonly 'routing-keys'?: readonly unknown[];
}

const WORDS: { readonly [reason: string]: string } = {
  expired: 'its expiration passed before it was taken',
  delivery_limit: 'it was delivered as often as it may be, and never settled',
  rejected: 'it was rejected',
  maxlen: 'the queue was full',
};

function byBroker({ fields }: ConsumeMessage, { 'x-death': deaths }: Headers): By {
  const [last] = (Array.isArray(deaths) ? deaths : []) as readonly Death[];
  if (!last) {
    const place = { exchange: fields.exchange, routingKey: fields.routingKey };
    return { reason: 'broker.unexplained', detail: 'somebody posted it to this queue', place };
  }
  const reason = String(last.reason);
  const detail = `${WORDS[reason] ?? reason}, in ${String(last.queue)}`;
  const place = { exchange: last.exchange, routingKey: last['routing-keys']?.[0] };
  return { reason: `broker.${reason.replaceAll('_', '-')}`, detail, place };
}

/** What comes twice is known by all that it says, and by when the broker set it aside; how often it came is no part of it. */
function hashOf({ content, properties }: ConsumeMessage, queue: DeadLetterQueue): string {
  const { messageId } = properties;
  const headers = (properties.headers ?? {}) as Headers;
  const which = toJson({ messageId, letter: headers[LETTER_HEADER], deaths: headers['x-death'] });
  const said = JSON.stringify([queue, which, ownHeaders(headers)]);
  return createHash('sha256').update(said).update(content).digest('hex');
}

function ownHeaders(headers: Headers): JsonObject {
  const own = Object.entries(headers).filter(([name]) => !NOT_ITS_OWN.test(name));
  return toJson(Object.fromEntries(own)) as JsonObject;
}

/** A header that JSON cannot say as it is: bytes. The client writes what else it cannot in the same way. */
const BYTES = 'binary';

function toJson(value: unknown): Json {
  if (Buffer.isBuffer(value)) return { '!': BYTES, value: value.toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]));
}

function fromJson(value: Json): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const { '!': kind, value: bytes } = value as JsonObject;
  if (kind === BYTES) return Buffer.from(String(bytes), 'base64');
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fromJson(each)]));
}

function textsIn(values: Headers): { readonly [name: string]: string } {
  const texts = Object.entries(values).map(([name, value]) => [name, text(value)] as const);
  return Object.fromEntries(texts.filter((each): each is readonly [string, string] => each[1] !== undefined));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
