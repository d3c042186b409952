import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createLogger, describeError } from '@orrery/infrastructure';
import { pino } from 'pino';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { NestLog } from './nest-log.js';
import { readableLog } from './readable-log.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('The log', () => {
  it('has a line a request: which, of what kind, and how it went', async () => {
    await api.get('/definitions/nobody?x=1', { 'x-request-id': 'find-me' });
    expect(api.logged.at(-1)).toMatchObject({
      level: 30,
      requestId: 'find-me',
      method: 'GET',
      route: '/api/v1/definitions/:name',
      status: 400,
      ms: expect.any(Number),
      msg: 'request',
    });
  });

  it('does not shout what is asked all the time, unless it goes wrong', async () => {
    await api.get('/livez');
    expect(api.logged.at(-1)).toMatchObject({ level: 20, route: '/api/v1/livez' });
    await api.post('/tasks/poll', {});
    expect(api.logged.at(-1)).toMatchObject({ level: 30, route: '/api/v1/tasks/poll', status: 400 });
  });

  it('keeps no payload, key, token or query', async () => {
    const canary = 'canary-9f2c';
    const definition = { ...SINGLE, description: canary };
    await api.post('/workflows', { definition, input: { canary }, labels: { canary } }, { 'idempotency-key': canary });
    await api.post('/workflows', { definition: canary, [canary]: canary });
    await api.post('/workflows', `{"${canary}`, { 'content-type': 'application/json', authorization: canary });
    await api.get(`/workflows?cursor=${canary}`, { 'orrery-position': canary, cookie: canary });
    await api.get(`/${canary}`);
    const task = await api.takeTask(SINGLE, 'work');
    await api.post(`/tasks/${task.id}/fail`, { leaseToken: canary, error: { message: canary } });
    await api.post(`/tasks/${task.id}/complete`, { leaseToken: task.leaseToken, output: canary });
    expect(JSON.stringify(api.logged)).not.toContain(canary);
    expect(JSON.stringify(api.logged)).not.toContain(task.leaseToken);
  });
});

describe('Nest', () => {
  it('speaks through our log', () => {
    const lines: Record<string, unknown>[] = [];
    const log = new NestLog(pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) }));
    log.log('started', 'Core');
    log.warn('odd');
    log.debug('detail');
    log.verbose('more detail');
    log.error(new Error('broken'), 'stack', 'Router');
    log.fatal('gone');
    expect(lines.map(({ level, context, msg }) => [level, context, msg])).toEqual([
      [20, 'Core', 'started'],
      [40, undefined, 'odd'],
      [20, undefined, 'detail'],
      [10, undefined, 'more detail'],
      [50, 'Router', 'Error'],
      [60, undefined, 'gone'],
    ]);
  });
});

describe('The log for reading', () => {
  it('has a line for each, with what is known, and the place of an error', async () => {
    const out = new PassThrough();
    const log = createLogger('api', 'info', readableLog(out));
    log.info({ requestId: 'a', status: 200, tags: ['x'] }, 'request');
    log.error({ error: describeError(new RangeError('too far')) }, 'failed');
    log.warn({ error: { message: 'plain' } }, 'odd');
    out.end();
    const lines = (await text(out)).split('\n');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}api request requestId=a status=200 tags=\["x"\]$/);
    expect(lines[1]).toMatch(/ERROR api failed$/);
    expect(lines[2]).toContain('RangeError: too far');
    expect(lines.at(-2)).toBe('  plain');
  });
});
