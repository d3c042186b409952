import { describe, expect, it } from '@jest/globals';
import { NotJson, checkedJson } from './checked-json.js';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe('A value on its way', () => {
  it.each<[unknown, unknown]>([
    [undefined, null],
    [() => 1, null],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [{ a: undefined, b: [undefined] }, { b: [null] }],
    [Number.NaN, null],
    [2 ** 53, 2 ** 53],
    [1e21, 1e21],
    [nested(60), nested(60)],
  ])('is what JSON makes of it: %p', (given, value) => {
    expect(checkedJson(given).value).toEqual(value);
  });

  it('is measured in bytes', () => {
    expect(checkedJson('ä').bytes).toBe(4);
  });

  const round: { self?: unknown } = {};
  round.self = round;
  it.each<[unknown, string]>([
    [1n, 'BigInt'],
    [round, 'circular'],
    [{ a: [2 ** 60 + 2 ** 9] }, '/a/0 is a whole number that is not kept exactly'],
    [nested(61), 'nests more than 60 deep'],
    [JSON.parse('{"a":{"__proto__":1}}'), '/a/__proto__ is not a key'],
    [{ constructor: { prototype: 1 } }, '/constructor is not a key'],
  ])('is refused where no server would read it: %#', (given, why) => {
    expect(() => checkedJson(given)).toThrow(NotJson);
    expect(() => checkedJson(given)).toThrow(why);
  });
});
