// What is easily done wrong, and found: docs/testing.md is about both.
import { describe, expect, it } from '@jest/globals';
import { defineWorkflow } from '@orrery/sdk';
import { SimulationFailed, simulate } from '@orrery/sdk/testing';
import { chargedTwice } from './charged-twice.js';
import { FakeWorld } from './fake-world.js';
import { addHandlers } from './order.js';

/** The money is given back if it was taken; but it may be taken by an attempt that failed. */
const hasty = defineWorkflow({ name: 'hasty', onFailure: 'compensate' }, (w) => {
  w.task('pay', {
    type: 'payment.charge',
    input: { order: w.id, amount: 30 },
    compensate: { type: 'order.call-off', input: w.id },
  });
});

describe('a simulation finds', () => {
  it('a handler that does its work again when it is called again', async () => {
    await expect(chargedTwice()).rejects.toThrow(/^seed \d+ fails: paid 60, and the order is completed/);
  }, 60_000);

  it('an attempt that failed and had its effect, where only what was completed is undone', async () => {
    const simulation = simulate({ seeds: 2_000, faults: ['losses'] }, async (orrery) => {
      const world = new FakeWorld();
      addHandlers(orrery, orrery.outside(world));
      const { id, status } = await orrery.run(hasty);
      expect(world.paid(id)).toBe(status === 'completed' ? 30 : 0);
    });
    await expect(simulation).rejects.toThrow(SimulationFailed);
  }, 120_000);
});
