import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTHING, ORDER, YAML } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const yaml = { 'content-type': 'application/yaml' };

describe('POST /definitions', () => {
  it('registers a new version, and says where it stands', async () => {
    const answer = await api.post('/definitions', NOTHING);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ name: 'nothing', version: 1, warnings: [] });
    expect(answer.headers['orrery-position']).toBe(answer.json().position);
  });

  it('answers 200 for the same content, and gives changed content the next version', async () => {
    await api.post('/definitions', { ...NOTHING, name: 'changing' });
    const same = await api.post('/definitions', { ...NOTHING, name: 'changing' });
    expect([same.statusCode, same.json().version]).toEqual([200, 1]);
    const { orrery, ...others } = NOTHING;
    const reordered = await api.post('/definitions', { ...others, name: 'changing', orrery });
    expect([reordered.statusCode, reordered.json().version]).toEqual([200, 1]);
    const changed = await api.post('/definitions', { ...NOTHING, name: 'changing', description: 'Now with words.' });
    expect([changed.statusCode, changed.json().version]).toEqual([201, 2]);
  });

  it('reads YAML as its author wrote it', async () => {
    const answer = await api.post('/definitions', YAML, yaml);
    expect([answer.statusCode, answer.json().name]).toEqual([201, 'hello']);
    const read = (await api.get('/definitions/hello')).json();
    expect(read).toMatchObject({ format: 'yaml', source: YAML, document: { name: 'hello' } });
  });

  it('tells warnings with their places', async () => {
    const { warnings } = (await api.post('/definitions', ORDER)).json();
    expect(warnings).toEqual([expect.objectContaining({ pointer: '/tasks/charge', severity: 'warning', in: 'body' })]);
  });

  it('tells every fault at once, each with line and column', async () => {
    const text = 'orrery: v1\nname: bad name\ntasks:\n  a: { type: noop, dependsOn: [b] }\n  b: { typ: noop }\n';
    const answer = await api.post('/definitions', text, yaml);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'definition.invalid', error: { name: 'DAGValidationError' } });
    const { errors } = answer.json<{ errors: { pointer: string; line: number; column: number }[] }>();
    expect(errors.length).toBeGreaterThan(2);
    expect(errors.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true);
    expect(errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/name', '/tasks/b/typ']));
  });

  it('names the line of what cannot be read', async () => {
    const answer = await api.post('/definitions', 'orrery: v1\nname: [', yaml);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'document.unreadable', errors: [{ line: expect.any(Number) }] });
  });

  it('refuses an empty body, and one that is not UTF-8', async () => {
    for (const payload of ['', Buffer.from([0x61, 0xff])]) {
      const headers = { 'content-type': 'application/yaml' };
      const answer = await api.ask({ method: 'POST', url: '/api/v1/definitions', headers, payload });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'document.unreadable']);
    }
  });

  it('takes no more than a definition may have', async () => {
    const answer = await api.post('/definitions', `# ${'x'.repeat(4_194_304)}\n`, yaml);
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'request.too-large']);
    expect(answer.json().detail).toBe('the body is larger than 4194304 bytes (definitionBytes)');
    expect(answer.json().error.details).toEqual({ limit: 'definitionBytes', value: 4_194_304 });
  });

  it('is repeatable by its key', async () => {
    const headers = { 'idempotency-key': 'register-once' };
    const first = await api.post('/definitions', { ...NOTHING, name: 'keyed' }, headers);
    const again = await api.post('/definitions', { ...NOTHING, name: 'keyed' }, headers);
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect(again.json().version).toBe(first.json().version);
  });
});

describe('POST /definitions/validate', () => {
  it('answers faults, and stores nothing', async () => {
    const good = await api.post('/definitions/validate', { ...NOTHING, name: 'unheard-of' });
    expect([good.statusCode, good.json()]).toEqual([200, { valid: true, errors: [], warnings: [] }]);
    expect((await api.get('/definitions/unheard-of')).statusCode).toBe(404);
    const bad = await api.post('/definitions/validate', { orrery: 'v1', name: 'x', tasks: {} });
    expect(bad.json()).toMatchObject({ valid: false, errors: [{ line: 1 }] });
  });

  it('takes what cannot be read as an answer too', async () => {
    const answer = await api.post('/definitions/validate', 'a: [', yaml);
    expect([answer.statusCode, answer.json().valid]).toEqual([200, false]);
  });

  it('refuses what is too large, and what is no text', async () => {
    const large = await api.post('/definitions/validate', ' '.repeat(4_194_305), yaml);
    expect(large.statusCode).toBe(413);
    const bytes = await api.post('/definitions/validate', Buffer.from([0xff]), yaml);
    expect(bytes.statusCode).toBe(400);
  });
});

describe('GET /definitions', () => {
  it('lists the newest versions, page by page, at least as new as asked', async () => {
    const { position } = (await api.post('/definitions', { ...NOTHING, name: 'latest' })).json();
    const first = await api.get('/definitions?limit=1', { 'orrery-position': position });
    expect(first.json()).toMatchObject({ items: [{ name: 'latest', version: 1 }], position: expect.any(String) });
    const second = await api.get(`/definitions?limit=1&cursor=${first.json().nextCursor}`);
    expect(second.json().items[0].name).not.toBe('latest');
  });

  it('reads the newest version, or one of them', async () => {
    await api.post('/definitions', { ...NOTHING, name: 'two' });
    await api.post('/definitions', { ...NOTHING, name: 'two', description: 'The second.' });
    const newest = await api.get('/definitions/two');
    expect(newest.headers.etag).toBe('"2"');
    expect(newest.json()).toMatchObject({ version: 2, latestVersion: 2, document: { description: 'The second.' } });
    expect((await api.get('/definitions/two/1')).json()).toMatchObject({ version: 1, latestVersion: 2 });
  });

  it('says what is not there', async () => {
    for (const path of ['/definitions/nobody', '/definitions/nothing/99']) {
      const answer = await api.get(path);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'definition.not-found']);
      expect(answer.json().error.name).toBe('DefinitionNotFoundError');
    }
    expect((await api.get('/definitions?cursor=made-up')).json().code).toBe('cursor.invalid');
  });
});
