import { describe, expect, it } from '@jest/globals';
import { Invalid } from '@orrery/domain';
import fc from 'fast-check';
import { BinaryArrays, Oid } from './binary-arrays.js';

/** Reads an array back as the server would: the type, and the bytes of each element. */
function elementsOf(array: Buffer): { oid: number; elements: Buffer[] } {
  const dimensions = array.readInt32BE(0);
  const oid = array.readInt32BE(8);
  if (dimensions === 0) return { oid, elements: [] };
  const elements: Buffer[] = [];
  let at = 20;
  for (let left = array.readInt32BE(12); left > 0; left -= 1) {
    const length = array.readInt32BE(at);
    elements.push(array.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  expect(at).toBe(array.length);
  return { oid, elements };
}

const itself = <T>(item: T) => item;
const uuid = fc.uuid();

describe('BinaryArrays', () => {
  const arrays = new BinaryArrays();

  it('writes whatever JSON there is', () => {
    const json = fc.oneof(fc.json(), fc.json({ stringUnit: 'binary' }), fc.constant('"\\ud800 \\u0000"'));
    fc.assert(
      fc.property(fc.array(json), (texts) => {
        arrays.reset();
        const { oid, elements } = elementsOf(arrays.texts(Oid.json, texts, itself));
        expect(oid).toBe(114);
        expect(elements.map((bytes) => bytes.toString())).toEqual(texts.map((text) => text.toWellFormed()));
      }),
    );
  });

  it('writes numbers, ids and bytes', () => {
    const item = fc.record({
      int: fc.integer(),
      small: fc.integer({ min: 0, max: 32_767 }),
      uuid,
      bytes: fc.uint8Array(),
    });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        arrays.reset();
        const ints = elementsOf(arrays.ints(items, (each) => each.int));
        const smalls = elementsOf(arrays.smallInts(items, (each) => each.small));
        const uuids = elementsOf(arrays.uuids(items, (each) => each.uuid));
        const bytes = elementsOf(arrays.bytes(items, (each) => each.bytes));
        expect([ints.oid, smalls.oid, uuids.oid, bytes.oid]).toEqual([23, 21, 2950, 17]);
        items.forEach((each, index) => {
          expect(ints.elements[index]!.readInt32BE()).toBe(each.int);
          expect(smalls.elements[index]!.readInt16BE()).toBe(each.small);
          expect(uuids.elements[index]!.toString('hex')).toBe(each.uuid.replaceAll('-', ''));
          expect([...bytes.elements[index]!]).toEqual([...each.bytes]);
        });
      }),
    );
  });

  it('keeps the arrays it has written while it grows', () => {
    arrays.reset();
    const small = arrays.texts(Oid.text, ['one', 'two'], itself);
    const large = arrays.texts(
      Oid.json,
      Array.from({ length: 50 }, () => 'ü'.repeat(40_000)),
      itself,
    );
    expect(elementsOf(small).elements.map(String)).toEqual(['one', 'two']);
    expect(elementsOf(large).elements.every((bytes) => bytes.length === 80_000)).toBe(true);
    arrays.reset();
    expect(elementsOf(arrays.texts(Oid.text, ['again'], itself)).elements.map(String)).toEqual(['again']);
  });

  it('refuses a text that is no UUID', () => {
    const notOne = fc.oneof(
      fc.string().filter((text) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)),
      fc.tuple(uuid, fc.nat(35), fc.constantFrom('g', 'A', ' ', '-', 'é', '\u2030')).map(([text, at, wrong]) => {
        return `${text.slice(0, at)}${text[at] === wrong ? '_' : wrong}${text.slice(at + 1)}`;
      }),
    );
    fc.assert(fc.property(notOne, (text) => expect(() => arrays.uuids([text], itself)).toThrow(Invalid)));
  });
});
