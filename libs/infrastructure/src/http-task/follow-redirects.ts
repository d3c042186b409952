import { TaskError } from '@orrery/application';
import { type Agent, type Dispatcher, request } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { refusedAddress } from './guarded-agent.js';
import { type HttpRequest, urlOf } from './http-request.js';

const REDIRECTS_MAX = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Headers that are for whom they were meant, and not for whoever the answer points to. */
const CREDENTIALS = /^(authorization|cookie|proxy-authorization|x-api-key)$/;

export interface Transport {
  readonly agent: Agent;
  readonly policy: AddressPolicy;
}

type Hop = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>;

/** Sends a request and goes where the answers point, every step checked like the first. */
export async function followRedirects(
  transport: Transport,
  first: HttpRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  let hop: Hop = first;
  for (let redirects = 0; ; redirects++) {
    const response = await send(transport, hop, signal);
    const { statusCode: status } = response;
    const location = response.headers['location'];
    // A task that wants the redirect itself says so by its okStatus.
    if (!REDIRECTS.has(status) || typeof location !== 'string' || first.isOk(status)) return response;
    await response.body.dump({ limit: 16_384 }).catch(() => undefined);
    if (redirects === REDIRECTS_MAX) throw refusedRedirect(`there were more than ${REDIRECTS_MAX}`);
    hop = redirected(hop, status, location);
  }
}

async function send({ agent, policy }: Transport, hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { url, method, headers, body } = hop;
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const refusal = policy.refusePort(url.hostname, port);
  if (refusal) throw refusedAddress(refusal);
  return request(url, { dispatcher: agent, method: method as Dispatcher.HttpMethod, headers, body, signal });
}

function redirected(hop: Hop, status: number, location: string): Hop {
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
