import { describe, expect, it } from '@jest/globals';
import { AjvInputSchemas } from './ajv-input-schemas.js';

const schemas = new AjvInputSchemas();
const order = {
  type: 'object',
  required: ['orderId'],
  additionalProperties: false,
  properties: { orderId: { type: 'string' }, express: { type: 'boolean', default: false }, due: { format: 'date' } },
};

describe('checking an input by its schema', () => {
  it('fills in the defaults, in a copy', () => {
    const input = { orderId: 'o-1' };
    expect(schemas.check(order, input)).toEqual({ value: { orderId: 'o-1', express: false }, faults: [] });
    expect(input).toEqual({ orderId: 'o-1' });
  });

  it('names every fault at once, each with its place', () => {
    const { faults } = schemas.check(order, { express: 'yes', colour: 'red', due: 'tomorrow' });
    expect(faults.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['input.required', '/orderId'],
      ['input.additionalProperties', '/colour'],
      ['input.type', '/express'],
      ['input.format', '/due'],
    ]);
  });

  it('never coerces', () => {
    expect(schemas.check({ type: 'number' }, '12').faults).toHaveLength(1);
  });

  it('says what is wrong with a schema, and fetches none', () => {
    expect(schemas.faultsOf(order)).toEqual([]);
    expect(schemas.faultsOf({ type: 'strin' })).toMatchObject([{ code: 'definition.bad-schema' }]);
    expect(schemas.faultsOf({ $ref: 'http://example.com/schema.json' })).toMatchObject([
      { code: 'definition.bad-schema' },
    ]);
  });

  it('knows one dialect, whether a schema names it or not', () => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const bad = [{ code: 'definition.bad-schema' }];
    expect(schemas.faultsOf({ $schema, type: 'object' })).toEqual([]);
    expect(schemas.faultsOf({ $schema, type: 'strin' })).toMatchObject(bad);
    expect(schemas.faultsOf({ $schema: 'http://json-schema.org/draft-07/schema#' })).toMatchObject(bad);
    expect(schemas.faultsOf({ $schema: 7 })).toMatchObject(bad);
    expect(schemas.check({ $ref: $schema }, { type: 'strin' }).faults).not.toEqual([]);
  });

  it('keeps schemas apart that have the same id', () => {
    expect(schemas.check({ $id: 'order', type: 'string' }, 'o-1').faults).toEqual([]);
    expect(schemas.check({ $id: 'order', type: 'number' }, 'o-1').faults).toMatchObject([{ code: 'input.type' }]);
  });

  it('ends a pattern that would take minutes, and goes on', () => {
    const code = { type: 'object', properties: { code: { pattern: '^(a+)+$' } } };
    const began = performance.now();
    expect(schemas.check(code, { code: `${'a'.repeat(40)}!` }).faults).toMatchObject([{ code: 'input.too-costly' }]);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(schemas.check(code, { code: 'aaa' }).faults).toEqual([]);
    expect(schemas.check(code, { code: 'b' }).faults).toMatchObject([{ code: 'input.pattern', pointer: '/code' }]);
    expect(schemas.check({ patternProperties: { '^(a+)+$': {} } }, { [`${'a'.repeat(40)}!`]: 1 }).faults).toHaveLength(
      1,
    );
  });
});
