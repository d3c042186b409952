import { describe, expect, it } from '@jest/globals';
import type { Notice } from '@orrery/application';
import fc from 'fast-check';
import { noticesOf, payloadsOf } from './notices.js';

const notice = fc.record({
  namespace: fc.string({ unit: 'grapheme', maxLength: 63 }),
  stream: fc.uuid(),
  partition: fc.nat(1_023),
  lastVersion: fc.nat(),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<Notice>;

describe('notices', () => {
  it('come out as they went in, however many payloads they take', () => {
    fc.assert(
      fc.property(fc.array(notice, { maxLength: 500, size: 'max' }), (notices) => {
        const payloads = payloadsOf(notices);
        expect(payloads.flatMap(noticesOf)).toEqual(notices);
        for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['', '{', 'null', '7', '[1]', '[["a","b",1]]', '{"a":1}'])('are none in %j', (payload) => {
    expect(noticesOf(payload)).toEqual([]);
  });
});
