import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PROBLEM_CODES } from '@orrery/contract';
import { openApi } from './openapi.js';
import { ROUTES } from './routes.js';

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const { version } = read('../../package.json');
const document = JSON.parse(JSON.stringify(openApi(version)));

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: object;
}

describe('The OpenAPI document', () => {
  it('is committed as it is generated: `npm run openapi` writes it', () => {
    expect(read('../../openapi.json')).toEqual(document);
  });

  it('has every operation once, with its parameters and its answers', () => {
    const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(ROUTES.map(({ id }) => id).sort());
    for (const { path, parameters, responses, summary } of operations) {
      const inPath = parameters.filter((each) => each.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '500']));
      expect(summary).not.toBe('');
    }
  });

  it('leads nowhere that is not in it', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, pointer] of references) {
      const found = pointer!.split('/').reduce((at, key) => at?.[key], document);
      expect([pointer, typeof found]).toEqual([pointer, 'object']);
    }
    expect(JSON.stringify(document)).not.toMatch(/"as":|\$defs/);
  });

  it('names only problems that are explained', () => {
    const named = new Set([...JSON.stringify(document).matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, code]) => code));
    for (const code of named) expect(Object.keys(PROBLEM_CODES)).toContain(code);
  });
});
