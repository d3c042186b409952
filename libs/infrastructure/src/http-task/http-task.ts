import { TaskError, type TaskHandler } from '@orrery/application';
import type { Json } from '@orrery/domain';
import { addressPolicy } from './address-policy.js';
import { type CircuitListener, type CircuitOptions, Circuits } from './circuits.js';
import { type Transport, followRedirects } from './follow-redirects.js';
import { guardedAgent, type Resolve, resolveBySystem } from './guarded-agent.js';
import type { HttpAnswer } from './http-answer.js';
import { type HttpRequest, requestOf } from './http-request.js';

/** How much of a failed answer is told in its failure, in characters. */
const TOLD_MAX = 200;
/** A server may ask for patience, but not for more than this. */
const RETRY_AFTER_MAX_MS = 86_400_000;
/** The longest time that a timer of Node can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1;
const WORTH_A_RETRY: ReadonlySet<number> = new Set([408, 425, 429]);

export interface HttpTaskOptions {
  /** Private addresses that may be called: `ORRERY_HTTP_ALLOW`. */
  readonly allow?: string;
  readonly resolve?: Resolve;
  /** When an origin that fails is left alone, and for how long: `ORRERY_HTTP_CIRCUIT_FAILURES` and `_PAUSE`. */
  readonly circuit?: Partial<CircuitOptions>;
  readonly listener?: CircuitListener;
}

export interface HttpTask {
  readonly handler: TaskHandler;
  /** Closes the connections that are kept for the next call. */
  close(): Promise<void>;
}

/** The worker type `http`: one call, its answer as output. Throws `Invalid` if the allow-list makes no sense. */
export function httpTask({ allow, resolve = resolveBySystem, circuit, listener }: HttpTaskOptions = {}): HttpTask {
  const policy = addressPolicy(allow);
  const circuits = new Circuits(circuit, listener);
  const transport: Transport = { policy, agent: guardedAgent(policy, resolve), circuits };
  const handler: TaskHandler = async (input, { task, signal, heartbeat }) => {
    const request = requestOf(input, task);
    const leftMs = Math.min(Math.max(0, (task.deadline ?? Infinity) - Date.now()), TIMER_MAX_MS);
    const ending = AbortSignal.any([signal, AbortSignal.timeout(leftMs)]);
    // Waiting for a slow server is all the life there is to show.
    const beating = task.heartbeatMs === null ? undefined : setInterval(quietly(heartbeat), task.heartbeatMs);
    return (await call(transport, request, ending).finally(() => clearInterval(beating))) as unknown as Json;
  };
  return { handler, close: () => transport.agent.destroy() };
}

/** An attempt that is no longer ours is ended by its signal; the beat need not say so too. */
function quietly(heartbeat: () => void): () => void {
  return () => {
    try {
      heartbeat();
    } catch {
      // See above.
    }
  };
}

async function call(transport: Transport, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    const answer = await followRedirects(transport, request, signal);
    if (!request.isOk(answer.status)) throw wrongStatus(request, answer);
    return answer;
  } catch (error) {
    if (error instanceof TaskError) throw error;
    if (signal.aborted) throw new TaskError('http.timed-out', `${told(request)} did not answer in time`);
    throw unreachable(request, error as NodeJS.ErrnoException);
  }
}

/** The request in words, without its query: a key may stand there. */
function told({ method, url }: HttpRequest): string {
  return `${method} ${url.origin}${url.pathname}`;
}

function unreachable(request: HttpRequest, error: NodeJS.ErrnoException): TaskError {
  // A host with several addresses fails once for each, and says so only inside.
  const why =
    error instanceof AggregateError
      ? (error.errors as Error[]).map(({ message }) => message).join('; ')
      : error.message;
  return new TaskError('http.unreachable', `${told(request)} failed: ${why || error.code}`);
}

/** What the caller did wrong will be as wrong the next time; what the server could not do may go better then. */
function wrongStatus(request: HttpRequest, { status, headers, body }: HttpAnswer): TaskError {
  const text = typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body);
  const said = text.replace(/\s+/g, ' ').trim().slice(0, TOLD_MAX);
  const retryable = status >= 500 || WORTH_A_RETRY.has(status);
  const retryAfterMs = retryable ? retryAfter(headers['retry-after']) : undefined;
  const message = `${told(request)} answered ${status}${said ? `: ${said}` : ''}`;
  return new TaskError('http.status', message, { retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** `Retry-After`, as seconds or as a date, in milliseconds from now. */
function retryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), RETRY_AFTER_MAX_MS);
}
