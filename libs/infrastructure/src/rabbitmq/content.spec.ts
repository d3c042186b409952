import { describe, expect, it } from '@jest/globals';
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { formatOf, jsonText, written } from './content.js';

const read = (bytes: Uint8Array) => JSON.parse(jsonText('msgpack', Buffer.from(bytes)).toString()) as unknown;
const refused = (bytes: readonly number[] | Uint8Array, what: string) =>
  expect(() => read(Uint8Array.from(bytes))).toThrow(what);

describe('Content types', () => {
  it.each([
    ['application/json', 'json'],
    ['Application/JSON; charset=utf-8', 'json'],
    ['application/cloudevents+json', 'json'],
    ['application/msgpack', 'msgpack'],
    ['application/cloudevents+msgpack', 'msgpack'],
    ['application/x-msgpack', 'msgpack'],
    ['text/plain', undefined],
    ['json', undefined],
    ['', undefined],
  ])('%s is %s', (type, format) => expect(formatOf(type)).toBe(format));
});

describe('MessagePack', () => {
  it('says what JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        // A key that is refused, as it is in JSON.
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        expect(read(encode(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(read(written('msgpack', value))).toEqual(JSON.parse(written('json', value).toString()));
      }),
    );
    const large = { text: 'x'.repeat(70_000), many: Array.from({ length: 70_000 }, (_, index) => index) };
    expect(read(encode(large))).toEqual(large);
    expect(read(encode([2 ** 40, -(2 ** 40), 2 ** 20, -200, 70_000]))).toEqual([
      2 ** 40,
      -(2 ** 40),
      2 ** 20,
      -200,
      70_000,
    ]);
  });

  it('leaves out what is not there', () => {
    expect(read(written('msgpack', { a: 1, b: undefined }))).toEqual({ a: 1 });
  });

  it('is looked through before anything is made of it: a claim costs nothing', () => {
    // Each of many lists claims to hold millions.
    const nested = Buffer.concat(Array.from({ length: 60 }, () => Buffer.from([0xdd, 0, 0x3f, 0xff, 0xff])));
    refused(nested, 'cut off');
    refused([0xdb, 0x7f, 0xff, 0xff, 0xff], 'cut off');
    refused([0xdf, 0xff, 0xff, 0xff, 0xff], 'cut off');
  });

  it('is refused where JSON has no like of it', () => {
    refused(encode(new Uint8Array(3)), 'no like');
    refused(encode(new Date()), 'no like');
    refused(encode(NaN), 'without end');
    refused(encode(Math.fround(Infinity), { forceFloat32: true }), 'without end');
    refused([0xc1], 'no like');
  });

  it('is refused where it is not whole, too deep, or followed by more', () => {
    refused([], 'cut off');
    refused([0x92, 1], 'cut off');
    refused([0xa5, 0x61], 'cut off');
    refused([0xcd, 1], 'cut off');
    refused([0xda, 1], 'cut off');
    refused([1, 2], 'after it');
    refused([...Array.from({ length: 70 }, () => 0x91), 1], 'deep');
    refused([0x81, 0xa9, ...Buffer.from('__proto__'), 1], 'not MessagePack');
  });

  it('is refused, and nothing else, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'request.unreadable' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
