import { describe, expect, test } from '@jest/globals';
import { DEFINITION_SCHEMA, type Json, compileDefinition } from '@orrery/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TextDocumentReader } from './text-document-reader.js';

const reader = new TextDocumentReader();

/** Every fault of a definition's text, as an editor would list it. */
function problemsIn(text: string, format: 'json' | 'yaml'): string[] {
  const { value, locate } = reader.read(text, format);
  return compileDefinition(value).faults.map(({ code, pointer, offset }) => {
    const { line, column } = locate(pointer, offset);
    return `${line}:${column} ${code}`;
  });
}

const FAULTY = `orrery: v1
name: order
onFailure: compensat
tasks:
  reserve:
    type: inventory.reserve
    timeout: 30
    retry: { maxAttempts: 0 }
  charge:
    type: payment.charge
    dependson: [reserve]
    dependsOn: [reserve, reserve, chrage, charge]
    input:
      amount: "\${ tasks.reserve.output.total + tasks.ship.output }"
      note: for \${ inptu.id }
    when: >-
      \${ input.express &&
         1 + "a" == 2 }
  ship:
    type: shipping.book
    dependsOn: [pack]
    input: { "\${ input.key }": 1 }
  pack:
    dependsOn: [ship]
`;

describe('the faults of a definition in YAML', () => {
  test('have the line and column that their author looks for', () => {
    expect(problemsIn(FAULTY, 'yaml')).toEqual([
      ...['3:1 definition.bad-value', '7:5 definition.bad-duration', '8:14 definition.unbounded-retry'],
      ...['11:5 definition.unknown-key', '23:3 definition.missing-key'],
      ...['12:26 definition.duplicate-dependency', '12:35 definition.unknown-task', '12:43 definition.self-dependency'],
      ...['21:5 definition.cycle', '18:10 expression.type', '15:20 expression.unknown-name', '22:14 expression.in-key'],
      ...['14:48 expression.not-upstream'],
    ]);
  });

  test('are the same as in JSON, at its own places', () => {
    const json = JSON.stringify(reader.read(FAULTY, 'yaml').value, null, 2);
    const codes = (problems: readonly string[]) => problems.map((problem) => problem.split(' ')[1]);
    expect(codes(problemsIn(json, 'json'))).toEqual(codes(problemsIn(FAULTY, 'yaml')));
    expect(
      problemsIn('{"orrery": "v1", "name": "x",\n "tasks": {"a": {"type": "noop", "when": "${ inptu }"}}}', 'json'),
    ).toEqual(['2:46 expression.unknown-name']);
  });
});

describe('the JSON Schema of a definition', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(DEFINITION_SCHEMA);
  const documentOf = (task: Json, more: object = {}) => ({ orrery: 'v1', name: 'x', tasks: { a: task }, ...more });

  test.each([
    documentOf({ type: 'noop' }),
    documentOf({ type: 'mine', dependsOn: [], when: true, input: [1], optional: false, priority: 9, timeout: '1h30m' }),
    documentOf({ type: 'mine', forEach: '${ input }', concurrency: 2, when: '${ item }', input: '${ index }' }),
    documentOf({ type: 'sleep', input: { duration: '${ input.pause }' } }),
    documentOf({ type: 'sleep', input: '${ input.sleep }' }),
    documentOf({ type: 'wait', input: { signal: 'go', timeout: '1h', schema: { type: 'object' } } }),
    documentOf({ type: 'workflow', input: { definition: 'other@2', input: 1 }, compensate: { none: 'why' } }),
    documentOf({ type: 'http', input: { url: 'https://example.com/', okStatus: [200] } }),
    documentOf({ type: 'mine', compensate: { none: 'why' } }, { onFailure: { running: 'cancel' }, strict: true }),
    documentOf({ type: 'mine', compensate: { type: 'undo', input: 1 } }, { onFailure: 'fail', output: null }),
    documentOf(
      { type: 'mine', retry: { maxAttempts: 3, backoff: { initial: '1s', jitter: 'full' } } },
      { timeout: 'PT1H' },
    ),
  ])('takes what the engine takes: %j', (document) => {
    expect(compileDefinition(document as Json)).toHaveProperty('plan');
    expect(validate(document)).toBe(true);
  });

  test.each([
    documentOf({}),
    documentOf({ type: '1' }),
    documentOf({ type: 'noop', when: 5 }),
    documentOf({ type: 'noop', dependson: [] }),
    documentOf({ type: 'noop', dependsOn: 'a' }),
    documentOf({ type: 'mine', priority: 10 }),
    documentOf({ type: 'mine', timeout: 5 }),
    documentOf({ type: 'mine', timeout: 'soon' }),
    documentOf({ type: 'mine', retry: { maxAttempts: 0 } }),
    documentOf({ type: 'mine', compensate: 'none' }),
    documentOf({ type: 'mine', compensate: { none: '' } }),
    documentOf({ type: 'mine', forEach: 'input' }),
    documentOf({ type: 'mine', forEach: [], concurrency: 0 }),
    documentOf({ type: 'sleep' }),
    documentOf({ type: 'sleep', input: { for: '30s' } }),
    documentOf({ type: 'wait', input: { signal: 'go on' } }),
    documentOf({ type: 'workflow', input: {} }),
    documentOf({ type: 'http', input: { url: 'https://example.com/', method: 'LOOK' } }),
    documentOf({ type: 'mine', compensate: { type: 'http', input: {} } }),
    documentOf({ type: 'noop' }, { orrery: 'v2' }),
    documentOf({ type: 'noop' }, { onFailure: 'panic' }),
    documentOf({ type: 'noop' }, { tasks: { '1': { type: 'noop' } } }),
    { orrery: 'v1', name: 'x' },
  ])('does not take what the engine does not: %j', (document) => {
    expect(compileDefinition(document as Json)).not.toHaveProperty('plan');
    expect(validate(document)).toBe(false);
  });
});
