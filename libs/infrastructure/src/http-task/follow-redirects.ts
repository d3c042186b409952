import { TaskError } from '@orrery/application';
import { type Agent, type Dispatcher, request } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import type { Circuits, Showing } from './circuits.js';
import { refusedAddress } from './guarded-agent.js';
import { type HttpAnswer, answerOf } from './http-answer.js';
import { type HttpRequest, urlOf } from './http-request.js';

const REDIRECTS_MAX = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Headers that are for whom they were meant, and not for whoever the answer points to. */
const CREDENTIALS = /^(authorization|cookie|proxy-authorization|x-api-key)$/;

export interface Transport {
  readonly agent: Agent;
  readonly policy: AddressPolicy;
  readonly circuits: Circuits;
}

type Hop = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>;

interface Redirect {
  readonly status: number;
  readonly location: string;
}

/** Sends a request and goes where the answers point, every step checked like the first, to the last answer. */
export async function followRedirects(
  transport: Transport,
  first: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let hop: Hop = first;
  for (let redirects = 0; ; redirects++) {
    const answer = await take(transport, hop, first, signal);
    if (!('location' in answer)) return answer;
    if (redirects === REDIRECTS_MAX) throw refusedRedirect(`there were more than ${REDIRECTS_MAX}`);
    hop = redirected(hop, answer);
  }
}

/** One step to its end, which tells whether its origin is to be called again. */
async function take(
  transport: Transport,
  hop: Hop,
  { isOk }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer | Redirect> {
  // Who led here may have taken all the time; that says nothing of this origin.
  signal.throwIfAborted();
  const tell = transport.circuits.begin(hop.url.origin);
  try {
    const answer = await read(await send(transport, hop, signal), isOk);
    // A 5xx that the task wants is what it came for.
    tell(answer.status >= 500 && !isOk(answer.status) ? 'failed' : 'answered');
    return answer;
  } catch (error) {
    tell(shownBy(error, signal));
    throw error;
  }
}

async function read(response: Dispatcher.ResponseData, isOk: HttpRequest['isOk']): Promise<HttpAnswer | Redirect> {
  const { statusCode: status, headers, body } = response;
  const location = headers['location'];
  // A task that wants the redirect itself says so by its okStatus.
  if (!REDIRECTS.has(status) || typeof location !== 'string' || isOk(status)) return answerOf(response);
  await body.dump({ limit: 16_384 }).catch(() => undefined);
  return { status, location };
}

/** An attempt that was called off, or a call that was never made, shows nothing; an answer that is no good is one. */
function shownBy(error: unknown, { aborted, reason }: AbortSignal): Showing {
  if (error instanceof TaskError) return error.code === 'http.refused-address' ? 'nothing' : 'answered';
  return aborted && (reason as Error).name !== 'TimeoutError' ? 'nothing' : 'failed';
}

async function send({ agent, policy }: Transport, hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { url, method, headers, body } = hop;
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const refusal = policy.refusePort(url.hostname, port);
  if (refusal) throw refusedAddress(refusal);
  return request(url, { dispatcher: agent, method: method as Dispatcher.HttpMethod, headers, body, signal });
}

function redirected(hop: Hop, { status, location }: Redirect): Hop {
  const url = urlOf(location, hop.url);
  if (typeof url === 'string') throw refusedRedirect(url);
  const becomesGet = status === 303 ? hop.method !== 'HEAD' : status < 303 && hop.method === 'POST';
  const drop = (name: string) =>
    (url.origin !== hop.url.origin && CREDENTIALS.test(name)) || (becomesGet && name.startsWith('content-'));
  const headers = Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !drop(name)));
  return becomesGet ? { url, method: 'GET', headers, body: null } : { ...hop, url, headers };
}

function refusedRedirect(why: string): TaskError {
  return new TaskError('http.refused-redirect', `the redirect was not followed: ${why}`, { retryable: false });
}
