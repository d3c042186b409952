import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

const start = (items: unknown, headers = {}) => api.post('/workflows/batch', { items }, headers);

describe('POST /workflows/batch', () => {
  it('answers for each item, and lists all of them to whoever shows its position', async () => {
    const labels = { batch: 'first' };
    const answer = await start(Array.from({ length: 40 }, (_, n) => ({ definition: 'single', input: n, labels })));
    expect(answer.statusCode).toBe(200);
    const { items, position } = answer.json();
    expect(items).toHaveLength(40);
    const definition = { name: 'single', version: 1, hash: expect.any(String) };
    expect(items[0]).toEqual({ id: expect.any(String), status: 'running', definition, created: true });
    expect(answer.headers['orrery-position']).toBe(position);
    const list = await api.get('/workflows?limit=100', { 'orrery-position': position });
    expect(list.statusCode).toBe(200);
    expect(
      list
        .json()
        .items.map(({ id }: { id: string }) => id)
        .sort(),
    ).toEqual(items.map(({ id }: { id: string }) => id).sort());
    expect(list.json().position).toEqual(expect.any(String));
    expect((await api.get(`/workflows/${items[7].id}`, { 'orrery-position': position })).json().input).toBe(7);
  });

  it('says what is wrong with an item in its place', async () => {
    const { items, position } = (
      await start([{ definition: 'single', inputs: 1 }, 7, { definition: 'nobody' }, { definition: 'single' }])
    ).json();
    expect(items[0]).toEqual({
      problem: {
        status: 400,
        code: 'request.invalid',
        title: 'The request is not valid',
        detail: expect.stringContaining('/inputs'),
        retryable: false,
        errors: [expect.objectContaining({ pointer: '/inputs', message: expect.stringContaining('"input"') })],
      },
    });
    expect(items[1].problem).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(items[2].problem).toMatchObject({ status: 404, code: 'definition.not-found' });
    expect(items[3]).toMatchObject({ created: true });
    expect(position).toEqual(expect.any(String));
  });

  it('has no position where nothing started', async () => {
    const answer = await start([{ definition: 'nobody' }]);
    expect([answer.statusCode, answer.json().position, answer.headers['orrery-position']]).toEqual([
      200,
      null,
      undefined,
    ]);
  });

  it('is the same batch under the same key, and refuses another', async () => {
    const headers = { 'idempotency-key': 'batch-1' };
    const items = [{ definition: 'single' }, { definition: 'single', input: 2 }];
    const first = (await start(items, headers)).json();
    const again = (await start(items, headers)).json();
    expect(again.items).toEqual(first.items.map((item: object) => ({ ...item, created: false })));
    const other = await start([...items, { definition: 'single' }], headers);
    expect([other.statusCode, other.json().code]).toEqual([422, 'key.reused']);
  });

  it('takes 1 to 1,000 items, and up to 16 MiB', async () => {
    for (const items of [undefined, [], Array.from({ length: 1_001 }, () => ({ definition: 'single' }))]) {
      expect((await start(items)).statusCode).toBe(400);
    }
    const large = { definition: 'single', input: 'x'.repeat(1_000_000) };
    const answer = await start(Array(8).fill(large));
    expect(answer.json().items).toHaveLength(8);
    const tooLarge = await start(Array(17).fill(large));
    expect([tooLarge.statusCode, tooLarge.json().code]).toEqual([413, 'request.too-large']);
    expect(tooLarge.json().detail).toBe('the body is larger than 16777216 bytes (batchBodyBytes)');
  });
});
