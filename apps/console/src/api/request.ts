import { noteServerTime } from '../live/server-time.js';
import type { Problem } from './types.js';

const BASE = '/api/v1';

/** What the API, or the way to it, refused. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly query?: { readonly [name: string]: string | number | boolean | undefined | readonly string[] };
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: { readonly [name: string]: string };
}

const POSITION = 'orrery-position';
/** How far along the log the page has seen: what it did, and what it was told. No later answer is older. */
let position: string | undefined;

export function seePosition(seen: string | null): void {
  position = seen ?? position;
}

/** After a restore the log is another one, of which nothing was seen yet. */
function refused(problem: Problem): Refused {
  if (problem.code === 'position.other-epoch') position = undefined;
  return new Refused(problem);
}

/** Asks the API. Throws `Refused`, also where nobody answered. */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', body, signal, headers } = options;
  const said: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  if (method === 'GET' && position !== undefined) said[POSITION] = position;
  const answer = await fetch(urlOf(path, options.query), {
    method,
    signal,
    headers: { accept: 'application/json', ...said, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Refused(NOBODY);
  });
  noteServerTime(answer.headers.get('date'));
  if (!answer.ok) throw refused(await problemOf(answer));
  if (method !== 'GET') seePosition(answer.headers.get(POSITION));
  return (await answer.json()) as Answer;
}

const NOBODY: Problem = {
  title: 'Nobody answers',
  status: 0,
  detail: 'The server cannot be reached. It may be starting, or the network may be down.',
  code: 'console.unreachable',
  retryable: true,
};

async function problemOf(answer: Response): Promise<Problem> {
  const said = (await answer.json().catch(() => undefined)) as Problem | undefined;
  if (typeof said?.code === 'string') return said;
  const detail = 'Something between the console and the API answered in its own words.';
  return { title: answer.statusText, status: answer.status, detail, code: `http.${answer.status}`, retryable: false };
}

/** A path of the API with its query: what is undefined is left out, a list is given again and again. */
export function urlOf(path: string, query: RequestOptions['query'] = {}): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const each of value as readonly string[]) words.append(name, each);
    else if (value !== undefined) words.set(name, String(value));
  }
  return words.size === 0 ? `${BASE}${path}` : `${BASE}${path}?${words}`;
}
