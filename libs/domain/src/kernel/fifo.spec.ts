import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstOf, isEmpty, newFifo, takeFirst } from './fifo.js';

test('what came first is taken first, and what was taken is let go of', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(), { nil: undefined })), (steps) => {
      const fifo = newFifo(-1);
      const plain = [-1];
      for (const step of steps) {
        if (step !== undefined) {
          fifo.items.push(step);
          plain.push(step);
        } else if (!isEmpty(fifo)) {
          takeFirst(fifo);
          plain.shift();
        }
        expect([firstOf(fifo), isEmpty(fifo)]).toEqual([plain[0], plain.length === 0]);
        expect(fifo.items.length).toBeLessThanOrEqual(2 * plain.length);
      }
    }),
  );
});
