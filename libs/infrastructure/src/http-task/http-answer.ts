import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { TaskError } from '@orrery/application';
import { type Json, LIMITS } from '@orrery/domain';
import type { Dispatcher } from 'undici';

export type HttpHeaders = Readonly<Record<string, string>>;

/** What an `http` task gives out. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** JSON where the answer is JSON, text where it is text, base64 of anything else; null when there was nothing. */
  readonly body: Json;
}

const decompress: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Reads a response to its end, but no more of it than an output may hold. */
export async function answerOf(response: Dispatcher.ResponseData): Promise<HttpAnswer> {
  const headers = headersOf(response.headers);
  const bytes = await decoded(await read(response), headers);
  return { status: response.statusCode, headers, body: bodyOf(bytes, headers['content-type'] ?? '') };
}

/** A header that came more than once is one line, as RFC 9110 joins them. */
export function headersOf(headers: Dispatcher.ResponseData['headers']): HttpHeaders {
  const lines = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return Object.fromEntries(lines.filter(([, value]) => value !== undefined)) as HttpHeaders;
}

async function read({ body }: Dispatcher.ResponseData): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early closes the connection.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMITS.payloadBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function decoded(bytes: Buffer, headers: HttpHeaders): Promise<Buffer> {
  const codings = (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
  for (const coding of codings.reverse()) {
    if (coding === '' || coding === 'identity' || bytes.length === 0) continue;
    const decode = decompress[coding];
    if (!decode) throw invalidResponse(`it is encoded as "${coding}"`);
    bytes = await decode(bytes, { maxOutputLength: LIMITS.payloadBytes }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLarge()
        : invalidResponse(`it is not ${coding}: ${error.message}`);
    });
  }
  return bytes;
}

function bodyOf(bytes: Buffer, contentType: string): Json {
  if (bytes.length === 0) return null;
  const [type = ''] = contentType.toLowerCase().split(';');
  if (/^(?:application|text)\/(?:[^\s;]*\+)?json\s*$/.test(type)) return jsonOf(bytes.toString('utf8'));
  const isText =
    type.trim() === '' || /^text\/|[/+](?:xml|javascript|x-www-form-urlencoded|yaml|x-ndjson)\s*$/.test(type);
  return isText ? bytes.toString('utf8') : bytes.toString('base64');
}

/** What calls itself JSON and is not is given as the text it is. */
function jsonOf(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return text;
  }
  if (isDeeperThan(value, LIMITS.depth)) throw invalidResponse(`its JSON is nested deeper than ${LIMITS.depth} levels`);
  return value;
}

/** By a list instead of by calling itself: the depth of what came in is not ours to choose. */
function isDeeperThan(value: Json, depthMax: number): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    level = level.flatMap((each) => (each !== null && typeof each === 'object' ? Object.values(each) : []));
  }
  return false;
}

function tooLarge(): TaskError {
  const message = `the response is larger than ${LIMITS.payloadBytes} bytes`;
  return new TaskError('http.too-large', message, { retryable: false });
}

function invalidResponse(why: string): TaskError {
  return new TaskError('http.invalid-response', `the response cannot be read: ${why}`, { retryable: false });
}
