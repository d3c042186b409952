import { backoffMs } from '../backoff.js';
import { OrreryProblem, OrreryUnreachable, type Problem } from '../errors.js';
import { timerMs } from '../longest-timer.js';
import { pause } from './pause.js';

/** How a client reaches the server. */
export interface ConnectionOptions {
  /** Where the server is; `http://127.0.0.1:8000` if it is not said. */
  readonly url?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an answer may take, besides what a long poll waits, in milliseconds; 30 s if it is not said. */
  readonly timeoutMs?: number;
  /** For how long a request that failed is tried again where that is safe, in milliseconds; 5 s if it is not said, 0 is never. */
  readonly retryForMs?: number;
  /** What makes requests, if it is not the built-in `fetch`. */
  readonly fetch?: typeof fetch;
}

/** What every call takes. */
export interface CallOptions {
  /** Breaks the call off; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

type QueryValue = string | number | boolean | readonly string[] | undefined;

/** A request as the parts of the client put it. */
export interface HttpRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Under the base path. */
  readonly path: string;
  /** A list is written with commas between. */
  readonly query?: { readonly [name: string]: QueryValue };
  /** Parameters that come more than once. */
  readonly repeated?: { readonly [name: string]: readonly string[] | undefined };
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The body is a text in YAML, and sent as it is. */
  readonly isYaml?: boolean;
  readonly headers?: { readonly [name: string]: string | undefined };
  /** Whether it may be sent twice, though it writes: it has a key, or an id of its own. */
  readonly repeatable?: boolean;
  /** How long the server may wait before it answers. */
  readonly waitMs?: number;
  /** For how long it is tried again, from when it failed first. */
  readonly retryForMs?: number;
  /** After so long, from when it is sent first, it is not tried again. */
  readonly withinMs?: number;
  /** Statuses besides those of success whose body is an answer and no problem. */
  readonly answers?: readonly number[];
}

/** What came back. */
export interface HttpAnswer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** An answer as it comes. */
export interface HttpStream {
  /** Its next piece; undefined at its end. Throws `OrreryUnreachable` where it breaks off, or nothing comes for so long. */
  read(withinMs: number): Promise<Uint8Array | undefined>;
  /** Nobody reads on. */
  close(): void;
}

/** The base path of everything that has a version. */
export const BASE_PATH = '/api/v1';
/** Where a server is that nobody moved. */
export const DEFAULT_URL = 'http://127.0.0.1:8000';
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRY_FOR_MS = 5_000;

/** Requests to one server: tried again where that is safe, refused as problems, connections kept. */
export class HttpConnection {
  readonly url: string;
  /** The position of the newest write that was answered. */
  position: string | undefined;

  constructor(private readonly options: ConnectionOptions = {}) {
    this.url = (options.url ?? DEFAULT_URL).replace(/\/+$/, '');
  }

  /** The body of the answer. */
  async send<Body>(request: HttpRequest): Promise<Body> {
    return (await this.exchange<Body>(request)).body;
  }

  /** The answer with its status. Throws `OrreryProblem` or `OrreryUnreachable`, once trying again does not help. */
  async exchange<Body>(request: HttpRequest): Promise<HttpAnswer<Body>> {
    const { retryForMs = this.options.retryForMs ?? DEFAULT_RETRY_FOR_MS } = request;
    const last = performance.now() + (request.withinMs ?? Number.POSITIVE_INFINITY);
    let until: number | undefined;
    for (let tries = 0; ; tries++) {
      try {
        return await this.once<Body>(request);
      } catch (error) {
        if (!mayRepeat(error, request)) throw error;
        const waitMs = waitBefore(error, tries);
        const now = performance.now();
        // What waited long for its answer was not away for so long.
        until ??= Math.min(now + retryForMs, last);
        if (now + waitMs > until) throw error;
        await pause(waitMs, request.signal);
      }
    }
  }

  /** Begins to read an answer that has no end. Throws `OrreryProblem` or `OrreryUnreachable`, and is not tried again. */
  async stream(request: HttpRequest): Promise<HttpStream> {
    const patience = this.patience(request);
    try {
      const response = await this.fetch(request, patience.signal);
      if (!response.ok) throw this.problemOf(response, await response.text());
      patience.pause();
      const body = response.body!.getReader();
      const read = async (withinMs: number) => {
        patience.begin(withinMs);
        try {
          return (await body.read()).value;
        } catch (error) {
          throw this.failure(error, request);
        } finally {
          patience.pause();
        }
      };
      return { read, close: patience.lose };
    } catch (error) {
      patience.lose();
      throw this.failure(error, request);
    }
  }

  private async once<Body>(request: HttpRequest): Promise<HttpAnswer<Body>> {
    const patience = this.patience(request);
    try {
      const response = await this.fetch(request, patience.signal);
      const text = await response.text();
      if (!response.ok && !request.answers?.includes(response.status)) throw this.problemOf(response, text);
      const position = response.headers.get('orrery-position');
      if (position !== null) this.position = position;
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body };
    } catch (error) {
      throw this.failure(error, request);
    } finally {
      patience.end();
    }
  }

  /** Why there is no answer: it was refused, nobody wants it any more, or none came. */
  private failure(error: unknown, { signal }: HttpRequest): unknown {
    if (error instanceof OrreryProblem) return error;
    if (signal?.aborted) return signal.reason;
    return new OrreryUnreachable(this.url, reasonOf(error), { cause: error });
  }

  private fetch(request: HttpRequest, signal: AbortSignal): Promise<Response> {
    const { method, body, isYaml } = request;
    const type = isYaml ? 'application/yaml' : 'application/json';
    const given = {
      ...(body === undefined ? {} : { 'content-type': type }),
      ...this.options.headers,
      ...request.headers,
    };
    const headers = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const url = `${this.url}${BASE_PATH}${request.path}${queryOf(request)}`;
    return (this.options.fetch ?? fetch)(url, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body: isYaml ? (body as string) : JSON.stringify(body) }),
    });
  }

  /** Ends with the caller's signal, or when the answer takes too long. */
  private patience({ signal, waitMs = 0 }: HttpRequest) {
    const controller = new AbortController();
    const abort = () => controller.abort(signal!.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    let timer: NodeJS.Timeout | undefined;
    const begin = (ms: number) => {
      timer = setTimeout(() => controller.abort(new DOMException('too slow', 'TimeoutError')), timerMs(ms));
    };
    const pause = () => clearTimeout(timer);
    const end = () => {
      pause();
      signal?.removeEventListener('abort', abort);
    };
    const lose = () => {
      end();
      controller.abort();
    };
    begin((this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS) + waitMs);
    return { signal: controller.signal, begin, pause, end, lose };
  }

  /** The refusal that was answered; whoever stands between us and the server answers in words of its own. */
  private problemOf(response: Response, text: string): OrreryProblem {
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(retryAfter) ? retryAfter * 1_000 : undefined;
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
    if (isProblem) return new OrreryProblem(JSON.parse(text) as Problem, retryAfterMs);
    const { status, statusText } = response;
    const detail = `${this.url} answered ${status} ${statusText}: ${text.slice(0, 200)}`;
    const unknown = { code: 'http.unexpected', status, title: statusText, detail, retryable: GATEWAY.has(status) };
    return new OrreryProblem(unknown, retryAfterMs);
  }
}

const TOO_MANY = 429;
const GATEWAY = new Set([TOO_MANY, 502, 503, 504]);

function mayRepeat(error: unknown, { method, repeatable }: HttpRequest): boolean {
  const isSafe = method === 'GET' || repeatable === true;
  if (error instanceof OrreryUnreachable) return isSafe || error.isUnsent;
  return isSafe ? mayPass(error) : error instanceof OrreryProblem && error.status === TOO_MANY;
}

/** Whether the same question may do better later. */
export function mayPass(error: unknown): boolean {
  if (error instanceof OrreryUnreachable) return true;
  return error instanceof OrreryProblem && (error.retryable || error.status === TOO_MANY);
}

/** How long to wait before the n-th further try, in milliseconds: no less than was asked for. */
export function waitBefore(error: unknown, tries: number): number {
  const asked = error instanceof OrreryProblem ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(asked, backoffMs(tries));
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Partial<Error>;
  if (name === 'TimeoutError') return 'TIMEOUT';
  const { code, message: why } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return code ?? why ?? message ?? String(error);
}

function queryOf({ query = {}, repeated = {} }: HttpRequest): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.append(name, Array.isArray(value) ? value.join() : String(value));
  }
  for (const [name, values = []] of Object.entries(repeated)) {
    for (const value of values) parameters.append(name, value);
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
