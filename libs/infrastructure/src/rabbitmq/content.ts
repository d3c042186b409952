import { Invalid } from '@orrery/domain';
import { decode, encode } from '@msgpack/msgpack';
import { lookThrough } from './message-pack.js';

/** How a body is written. */
export type Format = 'json' | 'msgpack';

const TYPES: { readonly [type: string]: Format | undefined } = {
  'application/json': 'json',
  'application/msgpack': 'msgpack',
  'application/x-msgpack': 'msgpack',
  'application/vnd.msgpack': 'msgpack',
};

/** The format that a content type, or the suffix of one, stands for. */
export function formatOf(contentType: string): Format | undefined {
  const [type = ''] = contentType.toLowerCase().split(';');
  return TYPES[type.trim().replace(/\/[^/]*\+/, '/')];
}

/** The body as JSON in UTF-8. Throws `Invalid` where it is nothing that JSON could say. */
export function jsonText(format: Format, body: Buffer): Buffer {
  if (format === 'json') return body;
  lookThrough(body);
  try {
    return Buffer.from(JSON.stringify(decode(body)));
  } catch (error) {
    throw new Invalid('request.unreadable', `the body is not MessagePack: ${(error as Error).message}`);
  }
}

/** A value in a format. */
export function written(format: Format, value: unknown): Buffer {
  if (format === 'json') return Buffer.from(JSON.stringify(value));
  return Buffer.from(encode(value, { ignoreUndefined: true }));
}
