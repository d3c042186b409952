import { randomUUID } from 'node:crypto';
import type { ConsumeMessage, MessagePropertyHeaders } from 'amqplib';
import type { OutgoingMessage } from './confirmed-publisher.js';
import { ASIDE_HEADERS, LETTER_HEADER } from './set-aside.js';
import { shortText } from './short-text.js';
import type { Names } from './topology.js';

/** A message that came, as far as it matters what it says. */
export interface Delivery {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly messageId: string | undefined;
  readonly correlationId: string | undefined;
  /** The queue that waits for an answer. */
  readonly replyTo: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The answer to a command. */
export interface Reply {
  readonly body: Buffer;
  readonly contentType: string;
  /** What HTTP would say. */
  readonly status: number;
  /** Which command it answers, where the message does not say so itself. */
  readonly correlationId?: string;
  /** Whether it may wait for others, for a few hundredths of a second. */
  readonly isUnhurried?: boolean;
}

/** Why a command is set aside. */
export interface Aside {
  readonly code: string;
  readonly detail: string;
}

/** What became of a command: who waits is answered, and what nobody heard of is set aside. */
export interface Settled {
  readonly reply?: Reply;
  readonly aside?: Aside;
}

/** Headers that are larger than this together are not sent on: a frame takes only so much. In characters, as JSON. */
const HEADERS_MAX = 16_384;
const DETAIL_MAX = 1_000;

export function deliveryOf({ content, properties }: ConsumeMessage, names: Names): Delivery {
  const { contentType, contentEncoding, messageId, correlationId, replyTo, headers } = properties;
  return {
    body: content,
    contentType: text(contentType),
    contentEncoding: text(contentEncoding),
    messageId: text(messageId),
    correlationId: text(correlationId),
    // An answer is no command: sent to ourselves it would go round.
    replyTo: isOurs(replyTo, names) ? undefined : text(replyTo),
    headers: headers ?? {},
  };
}

/** Whether it is one of our queues: also that of an engine, which a worker sends back that answers with what it was sent. */
function isOurs(queue: unknown, names: Names): boolean {
  const name = String(queue);
  return (
    Object.values(names).includes(name) || [names.engines, names.tasks].some((each) => name.startsWith(`${each}.`))
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A message as it came, for every engine: it is of use now or never. */
export function passedOn({ body, ...delivery }: Delivery, { engines }: Names): OutgoingMessage {
  return { exchange: engines, routingKey: '', body, properties: { ...delivery, headers: { ...delivery.headers } } };
}

export function replyMessage({ replyTo, correlationId, messageId }: Delivery, reply: Reply): OutgoingMessage {
  const { body, contentType, status } = reply;
  return {
    exchange: '',
    routingKey: replyTo!,
    body,
    properties: {
      persistent: true,
      contentType,
      correlationId: correlationId ?? messageId ?? shortText(reply.correlationId),
      headers: { status },
    },
  };
}

/** The message as it came, with the reason why it lies here. */
export function asideMessage(
  { content, properties, fields }: ConsumeMessage,
  { code, detail }: Aside,
  { refused }: Names,
): OutgoingMessage {
  const { contentType, contentEncoding, messageId, correlationId, replyTo, type, timestamp } = properties;
  const letter = text(properties.headers?.[LETTER_HEADER]);
  const reason = {
    [ASIDE_HEADERS.id]: randomUUID(),
    [ASIDE_HEADERS.reason]: code,
    [ASIDE_HEADERS.detail]: detail.slice(0, DETAIL_MAX),
    [ASIDE_HEADERS.exchange]: fields.exchange,
    [ASIDE_HEADERS.routingKey]: fields.routingKey,
  };
  return {
    exchange: '',
    routingKey: refused,
    body: content,
    properties: {
      persistent: true,
      ...{ contentType, contentEncoding, messageId, correlationId, replyTo, type, timestamp },
      headers: { ...keptHeaders(properties.headers), ...reason },
    },
    plain: {
      persistent: true,
      contentType: shortText(text(contentType)),
      headers: { ...reason, ...(letter === undefined ? {} : { [LETTER_HEADER]: letter }) },
    },
  };
}

function keptHeaders(headers: MessagePropertyHeaders | undefined): MessagePropertyHeaders {
  const size = JSON.stringify(headers ?? {}).length;
  if (size <= HEADERS_MAX) return { ...headers };
  const letter = headers![LETTER_HEADER] as unknown;
  return { 'orrery-headers-dropped': size, ...(letter === undefined ? {} : { [LETTER_HEADER]: letter }) };
}
