import type { DocumentReader } from '@orrery/application';
import { EdgeError, type RequestFault, badHeader, faultsOf, invalidRequest, readJson } from '@orrery/contract';
import { Invalid, type Json, type JsonObject, LIMITS, TooLarge } from '@orrery/domain';
import { type Delivery, type Format, formatOf, jsonText } from '@orrery/infrastructure';
import { z } from 'zod';

/** A CloudEvent as it came over AMQP: its attributes, and its data. */
export interface CloudEvent {
  readonly attributes: Attributes;
  /** Undefined where there are none. */
  readonly data: Json | undefined;
}

const ATTRIBUTE_CHARACTERS = 1_024;
const text = z.string().min(1).max(ATTRIBUTE_CHARACTERS);

/** What a command's CloudEvent says of itself. Attributes that are not listed may be there, and say nothing to us. */
export const attributes = z.object({
  specversion: z.literal('1.0', 'must be 1.0'),
  id: text.describe('With `source` it makes the command repeatable: the same again gets the same answer.'),
  source: text.describe('Who sends it: a URI, such as `/shop`.'),
  type: text.describe('`io.orrery.command.<Command>.v1`'),
  subject: text.optional().describe('The id of the run. A start without one gets an id.'),
  namespace: z.literal('default', 'must be default, the only namespace there is').optional(),
  datacontenttype: text.optional(),
  traceparent: text.optional().describe('W3C trace context.'),
});
export type Attributes = z.output<typeof attributes>;

/** A CloudEvent in structured mode: everything in one body. */
const STRUCTURED = /^application\/cloudevents\+/i;
/** How headers are called that are attributes, in binary mode: the binding for AMQP allows both. */
const ATTRIBUTE_HEADER = /^cloudEvents[:_]([a-z0-9]+)$/;

/** How a message is written: its answer is written alike. JSON where it says nothing that we know. */
export function formatOfDelivery({ contentType = '' }: Delivery): Format {
  return formatOf(contentType) ?? 'json';
}

/** Reads a command's message. Throws what may be answered; a message that is wrong will always be wrong. */
export function readCloudEvent(delivery: Delivery, documents: DocumentReader): CloudEvent {
  const { body, contentType = '', contentEncoding } = delivery;
  const most = LIMITS.requestBodyBytes;
  if (body.length > most) {
    const message = `the message is larger than ${most} bytes (requestBodyBytes)`;
    throw new TooLarge('request.too-large', message, 'requestBodyBytes', most);
  }
  const format = formatOf(contentType);
  if (!format || contentType.toLowerCase().includes('batch')) {
    throw new EdgeError('request.media-type', 'the content type must be that of JSON or MessagePack, one command each');
  }
  if (contentEncoding !== undefined && !/^(identity|utf-?8)$/i.test(contentEncoding)) {
    throw new EdgeError('request.media-type', 'a compressed message is not taken');
  }
  const read = (): Json => readJson(jsonText(format, body), documents);
  if (STRUCTURED.test(contentType)) return structured(read());
  const data = body.length === 0 ? undefined : read();
  return { attributes: checked('header', binaryAttributes(delivery)), data };
}

function binaryAttributes({ headers }: Delivery): JsonObject {
  const found = Object.entries(headers).flatMap(([name, value]) => {
    const attribute = ATTRIBUTE_HEADER.exec(name)?.[1];
    return attribute === undefined ? [] : [[attribute, value as Json] as const];
  });
  const { traceparent } = headers;
  return { ...(typeof traceparent === 'string' ? { traceparent } : {}), ...Object.fromEntries(found) };
}

function structured(envelope: Json): CloudEvent {
  if (typeof envelope !== 'object' || envelope === null || Array.isArray(envelope)) {
    throw new Invalid('request.invalid', 'the request is not valid: a CloudEvent in structured mode is an object');
  }
  const { data, data_base64: bytes, ...rest } = envelope as JsonObject;
  if (bytes !== undefined) throw invalidRequest([badHeader('data_base64', 'is not taken: data must be JSON')]);
  return { attributes: checked('body', rest), data };
}

function checked(part: RequestFault['in'], value: JsonObject): Attributes {
  const parsed = attributes.safeParse(value);
  if (!parsed.success) throw invalidRequest(faultsOf(part, parsed.error.issues, attributes));
  return parsed.data;
}
