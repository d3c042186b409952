import { type HandedTask, TaskError } from '@orrery/application';
import type { Json } from '@orrery/domain';
import { z } from 'zod';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Headers that belong to the connection, or say how long the body is: they are not the task's to set. */
const NOT_TO_BE_SET =
  /^(host|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|http2-settings|proxy-.*)$/i;

/** The input of an `http` task. */
const httpInput = z.strictObject({
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .pipe(z.enum(METHODS))
    .default('GET'),
  url: z.string(),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not the name of a header'),
      z.string().regex(/^[^\x00-\x08\x0a-\x1f\x7f\u0100-\uffff]*$/, 'holds what no header may'),
    )
    .default({}),
  body: z.custom<Json>().default(null),
  /** The statuses that count as success; any from 200 to 299 if none are given. */
  okStatus: z.array(z.int().min(100).max(599)).min(1).optional(),
});

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  isOk(status: number): boolean;
}

/** What a task's input asks for; throws `http.invalid-input` with every fault. */
export function requestOf(input: Json, task: Pick<HandedTask, 'idempotencyKey' | 'trace'>): HttpRequest {
  const parsed = httpInput.safeParse(input);
  if (!parsed.success) throw invalidInput(parsed.error.issues.map(inWords).join('; '));
  const { method, url: text, headers, body, okStatus } = parsed.data;
  const url = urlOf(text);
  if (typeof url === 'string') throw invalidInput(url);
  const forbidden = Object.keys(headers).filter((name) => NOT_TO_BE_SET.test(name));
  if (forbidden.length > 0) throw invalidInput(`headers: ${forbidden.join(', ')} cannot be set`);
  if (body !== null && (method === 'GET' || method === 'HEAD')) throw invalidInput(`body: ${method} has none`);
  return {
    method,
    url,
    headers: { ...defaultHeaders(method, task, body), ...lowerCase(headers) },
    body: body === null || typeof body === 'string' ? body : JSON.stringify(body),
    isOk: (status) => (okStatus ? okStatus.includes(status) : status >= 200 && status < 300),
  };
}

/** A URL that may be called as far as its text tells, or what is wrong with it. */
export function urlOf(text: string, base?: URL): URL | string {
  if (!URL.canParse(text, base?.href)) return 'url: is not an absolute URL';
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `url: ${url.protocol} is neither http: nor https:`;
  if (url.username || url.password) return 'url: may not hold a user or password; send an authorization header';
  return url;
}

/** What is sent unless the task says otherwise. An effect of a write can be made idempotent by its key. */
function defaultHeaders(
  method: string,
  { idempotencyKey, trace }: Pick<HandedTask, 'idempotencyKey' | 'trace'>,
  body: Json,
): Record<string, string> {
  const writes = !['GET', 'HEAD', 'OPTIONS'].includes(method);
  return {
    accept: '*/*',
    'user-agent': 'orrery',
    ...(writes ? { 'idempotency-key': idempotencyKey } : {}),
    ...(trace === null ? {} : { traceparent: trace }),
    ...(body === null || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function inWords({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function invalidInput(why: string): TaskError {
  return new TaskError('http.invalid-input', `the input of the http task is wrong: ${why}`, { retryable: false });
}
