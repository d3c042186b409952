import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, SubmitDeadLetter } from '@orrery/application';
import { EdgeError, KINDS, PROBLEM_CODES, type ProblemCode, problemOf } from '@orrery/contract';
import { type RecordDeadLetter, Forbidden, Gone, Unavailable } from '@orrery/domain';
import { NOTHING, SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { refusalOf, statusOf } from './problem.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

const NOBODY = '00000000-0000-7000-8000-000000000001';
const start = async (definition: object = SINGLE) =>
  (await api.post('/workflows', { definition })).json<{ id: string; position: string }>();
const json = { 'content-type': 'application/json' };

const WAITING = {
  ...NOTHING,
  tasks: { only: { type: 'wait', input: { signal: 'go', schema: { type: 'string' } } } },
};

let asides = 0;
/** Sets a message aside, and gives the id of its dead letter. */
async function setAside(more: Partial<RecordDeadLetter['data']> = {}) {
  const message = { body: '{', encoding: 'text', headers: {} } as const;
  const why = { queue: 'commands', reason: 'request.unreadable', detail: 'no', aside: `${++asides}` } as const;
  const submit = new SubmitDeadLetter(ANONYMOUS, { ...why, message, bytes: 1, ...more });
  return (await api.orchestration.commandHandlers.submitDeadLetter.execute(submit)).position.stream;
}

/** The position with one of its parts another. */
function changed(position: string, part: number, value: string): string {
  const parts = Buffer.from(position, 'base64url').toString().split('/');
  return Buffer.from(parts.with(part, value).join('/')).toString('base64url');
}

/** A request that is refused with each code that a client can bring about by itself. */
const REFUSED: { readonly [code in ProblemCode]?: () => ReturnType<TestApi['post']> } = {
  'request.unreadable': () => api.post('/workflows', '{', json),
  'request.invalid': () => api.post('/workflows', {}),
  'request.malformed': () => api.ask({ url: '/api/v1/workflows/%ff' }),
  'request.id-and-key': () => api.post('/workflows', { definition: 'single', id: NOBODY }, { 'idempotency-key': 'a' }),
  'request.media-type': () => api.post('/workflows', 'a=1', { 'content-type': 'text/plain' }),
  'request.too-large': () => api.post('/workflows', `"${'x'.repeat(4_194_304)}"`, json),
  'request.url-too-long': () => api.get(`/workflows?cursor=${'x'.repeat(8_192)}`),
  'request.not-upgraded': () => api.get('/tasks/stream'),
  'route.not-found': () => api.get('/nowhere'),
  'route.not-allowed': () => api.post('/limits'),
  'origin.not-allowed': () => api.get('/tasks/stream', { origin: 'https://evil.example' }),
  'cursor.invalid': () => api.get('/workflows?cursor=x'),
  'position.invalid': () => api.get('/workflows', { 'orrery-position': 'x' }),
  'position.other-epoch': async () =>
    api.get('/workflows', { 'orrery-position': changed((await start()).position, 0, 'other') }),
  'position.not-reached': async () =>
    api.get('/workflows', { 'orrery-position': changed((await start()).position, 2, '999999') }),
  'document.unreadable': () => api.post('/definitions', 'a: [', { 'content-type': 'application/yaml' }),
  'definition.invalid': () => api.post('/definitions', { orrery: 'v1', name: 'x', tasks: {} }),
  'definition.not-found': () => api.get('/definitions/nobody'),
  'input.invalid': () => api.post('/workflows', { definition: { ...SINGLE, input: { type: 'string' } }, input: 7 }),
  'input.too-large': () => api.post('/workflows', { definition: 'single', input: 'x'.repeat(1_048_577) }),
  'error.too-large': () =>
    api.post(`/tasks/${NOBODY}~0/fail`, { leaseToken: '1.x', error: { message: '', details: 'x'.repeat(1_048_577) } }),
  'workflow.not-found': () => api.get(`/workflows/${NOBODY}`),
  'workflow.ended': async () => api.post(`/workflows/${(await start(NOTHING)).id}/pause`),
  'signal.not-found': async () => api.post(`/workflows/${(await start()).id}/signals/nobody`),
  'signal.invalid': async () => api.post(`/workflows/${(await start(WAITING)).id}/signals/go`, 5),
  'signal.too-large': async () =>
    api.post(`/workflows/${(await start(WAITING)).id}/signals/go`, JSON.stringify('x'.repeat(1_048_577)), json),
  'workflow.not-failed': async () => api.post(`/workflows/${(await start()).id}/retry`),
  'version.not-reached': async () => api.get(`/workflows/${(await start()).id}?atVersion=99`),
  'version.mismatch': async () => api.post(`/workflows/${(await start()).id}/pause`, undefined, { 'if-match': '"99"' }),
  'key.reused': async () => {
    await api.post('/workflows', { definition: 'single' }, { 'idempotency-key': 'reused' });
    return api.post('/workflows', { definition: 'single', input: 1 }, { 'idempotency-key': 'reused' });
  },
  'workflow.not-ended': async () => api.delete(`/workflows/${(await start()).id}`),
  'workflow.deleted': async () => {
    const { id } = await start(NOTHING);
    await api.delete(`/workflows/${id}`);
    return api.get(`/workflows/${id}`);
  },
  'task.not-found': async () =>
    api.post(`/tasks/${(await start()).id}~7/complete`, { leaseToken: '1.x', output: null }),
  'task.lease-lost': async () =>
    api.post(`/tasks/${(await start()).id}~0/complete`, { leaseToken: '9.x', output: null }),
  'dead-letter.not-found': () => api.get(`/dead-letters/${NOBODY}`),
  'dead-letter.dropped': async () => {
    const letter = await setAside();
    await api.post(`/dead-letters/${letter}/drop`);
    return api.post(`/dead-letters/${letter}/redrive`);
  },
  'dead-letter.truncated': async () => api.post(`/dead-letters/${await setAside({ truncated: true })}/redrive`),
  'dead-letter.not-a-command': async () => api.post(`/dead-letters/${await setAside({ queue: 'tasks' })}/redrive`),
};

/** What only the circumstances bring about, or another spec shows. */
const ELSEWHERE: readonly ProblemCode[] = [
  'command.unknown',
  'query.invalid',
  'query.too-complex',
  'node.not-found',
  'request.headers-too-large',
  'request.too-many',
  'workflow.stopping',
  'workflow.history-too-long',
  'signal.too-many',
  'event.too-new',
  'live.too-many',
  'live.too-slow',
  'live.socket-full',
  'live.id-in-use',
  'log.unavailable',
  'log.unreachable',
  'internal.bug',
];

describe('a problem', () => {
  it.each(Object.entries(REFUSED))('is %s, with the status of its kind', async (code, refuse) => {
    const answer = await refuse!();
    const { kind, name } = PROBLEM_CODES[code as ProblemCode];
    const { status, title, code: kindCode, name: kindName } = KINDS[kind];
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const requestId = answer.headers['x-request-id'];
    expect(answer.json()).toEqual({
      type: `/api/v1/problems/${code}`,
      title,
      status,
      detail: expect.any(String),
      instance: expect.stringMatching(/^\/api\/v1\//),
      requestId,
      code,
      retryable: status === 503,
      error: {
        code: kindCode,
        name: name ?? kindName,
        message: answer.json().detail,
        details: expect.any(Object),
        requestId,
      },
      ...(answer.json().errors ? { errors: expect.any(Array) } : {}),
    });
  });

  it('is shown for every code there is', () => {
    expect([...Object.keys(REFUSED), ...ELSEWHERE].sort()).toEqual(Object.keys(PROBLEM_CODES).sort());
  });

  it('says which methods are allowed', async () => {
    expect((await api.post('/limits')).headers.allow).toBe('GET, HEAD');
    expect((await api.ask({ method: 'PUT', url: '/api/v1/workflows/' })).headers.allow).toBe('POST');
  });

  it('keeps the id that the request came with, if it is one', async () => {
    const given = await api.get('/nowhere', { 'x-request-id': 'abc-1' });
    expect([given.json().requestId, given.headers['x-request-id']]).toEqual(['abc-1', 'abc-1']);
    const odd = await api.get('/nowhere', { 'x-request-id': 'a b' });
    expect(odd.json().requestId).not.toBe('a b');
  });
});

describe('an error', () => {
  it('that nobody foresaw tells the client nothing, and the log everything', async () => {
    const log = Object.assign(Object.create(api.log), {
      readStream: async () => {
        throw Object.assign(new TypeError('canary postgres://me:secret@host/db'), { detail: 'canary row' });
      },
    });
    const other = await openTestApi({ ports: { log } });
    const answer = await other.get(`/workflows/${NOBODY}`);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('canary');
    expect(answer.json()).toMatchObject({ code: 'internal.bug', error: { code: 'INTERNAL_ERROR' } });
    const line = other.logged.find(({ msg }) => msg === 'a request failed by a bug');
    expect(line).toMatchObject({
      requestId: answer.json().requestId,
      error: { name: 'TypeError', message: 'canary postgres://***@host/db', stack: expect.any(String) },
    });
    expect(JSON.stringify(line)).not.toMatch(/secret|canary row/);
    await other.close();
  });

  it('that passes by itself says when to come again', async () => {
    api.log.failNext('unavailable');
    const log = Object.assign(Object.create(api.log), {
      readStream: async () => {
        throw new Unavailable('log.unreachable', 'the database cannot be reached', 2_500, { sqlState: '57P01' });
      },
    });
    const other = await openTestApi({ ports: { log } });
    const answer = await other.get(`/workflows/${NOBODY}`);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '3']);
    expect(answer.json()).toMatchObject({ retryable: true, error: { name: 'DatabaseError', details: {} } });
    await other.close();
  });

  it('over what a newer release wrote says who can read it', async () => {
    const { id } = await start();
    const log = Object.assign(Object.create(api.log), {
      readStream: async (...asked: Parameters<typeof api.log.readStream>) => {
        const commits = await api.log.readStream(...asked);
        return commits.map((commit) => ({ ...commit, events: commit.events.replace('"v":1', '"v":2') }));
      },
    });
    const other = await openTestApi({ ports: { log } });
    const answer = await other.get(`/workflows/${id}`);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toMatchObject({ code: 'event.too-new', retryable: true });
    expect(answer.json().detail).toMatch(
      /^event 1 of .* is "WorkflowStarted" of schema 2, .* only a process of that one/,
    );
    await other.close();
  });

  it('is of the kind of its class, whatever its code', () => {
    const refusals = [new Gone('a.b', ''), new Forbidden('a.b', ''), new EdgeError('route.not-found', '')].map(
      refusalOf,
    );
    expect(refusals.map(statusOf)).toEqual([410, 403, 404]);
    expect(problemOf(refusals[1]!, { id: '1', path: '/' }).error).toMatchObject({
      code: 'FORBIDDEN',
      name: 'ForbiddenError',
    });
    expect(statusOf(refusalOf('thrown'))).toBe(500);
    expect(statusOf(refusalOf(null))).toBe(500);
  });
});
