import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Json, canonicalJson, jsonSize } from './json.js';
import { json } from './testing/arbitraries.js';

describe('jsonSize', () => {
  it('is the length of the JSON text', () => {
    fc.assert(fc.property(json, (value) => jsonSize(value) === JSON.stringify(value).length));
  });

  it.each<Json>([
    '',
    'a "quoted" \\ line\n',
    '\u0000',
    '😀',
    '\ud800 alone',
    -1.5e-7,
    1e21,
    [],
    [[]],
    {},
    { 'a"': [1, 2] },
  ])('counts %j as it is written', (value) => expect(jsonSize(value)).toBe(JSON.stringify(value).length));

  it('tells more than the limit for whatever is larger, and the size for whatever is not', () => {
    const near = fc.tuple(json, fc.integer({ min: -20, max: 20 }));
    fc.assert(
      fc.property(near, ([value, more]) => {
        const size = JSON.stringify(value).length;
        const limit = Math.max(0, size + more);
        const counted = jsonSize(value, limit);
        return size <= limit ? counted === size : counted > limit;
      }),
    );
  });

  it('reads no further than the limit', () => {
    let read = 0;
    const costly = {
      get tail() {
        return (read += 1);
      },
    } as unknown as Json;
    const large = 'x'.repeat(1_000);
    expect(jsonSize([costly, large, large], 1_500)).toBeGreaterThan(1_500);
    expect(read).toBe(0);
    expect(
      jsonSize(
        Array.from({ length: 1_000 }, () => costly),
        500,
      ),
    ).toBeGreaterThan(500);
    expect(read).toBe(0);
  });

  it('counts nothing for what is not there', () => {
    expect(jsonSize(undefined)).toBe(0);
  });

  it('takes no stack, however deep the value is', () => {
    let deep: Json = [];
    for (let depth = 1; depth < 200_000; depth++) deep = [deep];
    expect(jsonSize(deep)).toBe(400_000);
  });
});

describe('canonicalJson', () => {
  it('says the same, with the keys in order', () => {
    expect(canonicalJson({ b: [{ d: null, c: 'x' }], a: 1, B: true })).toBe(
      '{"B":true,"a":1,"b":[{"c":"x","d":null}]}',
    );
    fc.assert(
      fc.property(json, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))),
    );
  });

  it('leaves out what is not there', () => {
    expect(canonicalJson({ a: undefined } as unknown as Json)).toBe('{}');
  });
});
