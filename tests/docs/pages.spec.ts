import { describe, expect, it } from '@jest/globals';
import { FAULT_CODES, LIMITS } from '@orrery/domain';
import { DOCUMENT_FAULTS, SCHEMA_FAULTS } from '@orrery/infrastructure';
import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { linksIn, read, root, rowsOf } from './support/documents.js';

const codeOf = (cell = '') => /^`([^`]+)`$/.exec(cell)?.[1];

/** The first cells of a document's tables that are one piece of code of this form, sorted. */
const listed = (document: string, form: RegExp) =>
  rowsOf(document)
    .map(([cell]) => codeOf(cell))
    .filter((code): code is string => code !== undefined && form.test(code))
    .sort();

describe('the reference of the definition language', () => {
  it('lists every code of a fault, once', () => {
    const codes = [FAULT_CODES, DOCUMENT_FAULTS, SCHEMA_FAULTS].flatMap(Object.keys).sort();
    expect(listed('docs/definition-language.md', /^(definition|expression|document)\.[a-z0-9-]+$/)).toEqual(codes);
  });

  it('names every code that an http task fails with', () => {
    const directory = 'libs/infrastructure/src/http-task';
    const sources = readdirSync(join(root, directory)).filter((file) => /^(?!.*\.spec).*\.ts$/.test(file));
    const codes = sources.flatMap(
      (file) => read(`${directory}/${file}`).match(/(?<=TaskError\(\s*')http\.[a-z-]+/g) ?? [],
    );
    const named = read('docs/definition-language.md').match(/(?<=`)http\.[a-z-]+(?=`)/g);
    expect(new Set(named)).toEqual(new Set(codes));
  });
});

describe('the limits in the README', () => {
  it('are those of the code', () => {
    const rows = rowsOf('README.md').filter(([cell]) => Object.hasOwn(LIMITS, codeOf(cell) ?? ''));
    const told = Object.fromEntries(rows.map(([cell, value]) => [codeOf(cell), value?.replaceAll(',', '')]));
    expect(told).toEqual(Object.fromEntries(Object.entries(LIMITS).map(([name, value]) => [name, String(value)])));
  });
});

describe('the guide to the API', () => {
  it('lists every operation there is, and no other', () => {
    const { paths } = JSON.parse(read('apps/api/openapi.json')) as { paths: Record<string, Record<string, unknown>> };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => /^(get|post|put|delete|patch)$/.test(method))
        .map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`),
    );
    expect(listed('docs/REST.md', /^(GET|POST|PUT|DELETE|PATCH) \//)).toEqual([...new Set(operations)].sort());
  });
});

describe('the contract', () => {
  const sources = { OR: 40, TO: 50, GW: 50, ON: 94, OI: 53, C: 10 };
  const ids = Object.entries(sources).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => `${name}-${index + 1}`),
  );
  const rows = rowsOf('docs/CONTRACT.md').filter(([id = '']) => /^[A-Z]+-\d+$/.test(id));

  it('has a row for every requirement, once', () => {
    expect(rows.map(([id]) => id)).toEqual(ids);
  });

  it.each(rows)('%s says how it stands, and shows it', (_id, _what, state = '', shown = '') => {
    expect(state).toMatch(/^(done|partly: .+|later: .+)$/);
    // What is done or begun is shown by something that is there.
    const links = linksIn(shown);
    if (!state.startsWith('later')) expect(links.length).toBeGreaterThan(0);
    const gone = links.filter((link) => !existsSync(join(root, posix.join('docs', link.split('#')[0]!))));
    expect(gone).toEqual([]);
  });
});

describe('the decisions', () => {
  const files = readdirSync(join(root, 'docs/decisions')).sort();

  it('are numbered without a gap', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  });

  it.each(files)('%s has the four parts', (file) => {
    const parts = read(`docs/decisions/${file}`).match(/^## .+$/gm);
    expect(parts).toEqual(['## Context', '## Decision', '## Consequences', '## What would change our mind']);
  });

  it('are all in the list', () => {
    const listedThere = linksIn(read('docs/ARCHITECTURE.md')).filter((link) => link.startsWith('decisions/'));
    expect([...new Set(listedThere)].sort()).toEqual(files.map((file) => `decisions/${file}`));
  });
});
