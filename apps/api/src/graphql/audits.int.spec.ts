import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi();
  url = `${await api.api.listen()}/graphql`;
});
afterAll(() => api.close());

const AUDITS = serverAudits({ url: () => url });

describe('GraphQL over HTTP', () => {
  it.each(AUDITS.map((audit) => [audit.name, audit] as const))('%s', async (_, audit) => {
    const result = await audit.fn();
    expect({ ...result, response: undefined }).toMatchObject({ status: 'ok' });
  });

  it('is audited in all that its specification says', () => {
    const of = (requirement: string) => AUDITS.filter(({ name }) => name.startsWith(`${requirement} `)).length;
    expect([of('MUST'), of('SHOULD'), of('MAY')]).toEqual([13, 23, 25]);
  });
});
