import { expect, it } from '@jest/globals';
import { simulate } from '@orrery/sdk/testing';
import { FakeWorld } from './fake-world.js';
import { addHandlers, order } from './order.js';

it('takes the money of an order that is shipped, and of no other, whatever crashes', async () => {
  await simulate({ seeds: 100 }, async (orrery) => {
    const world = new FakeWorld();
    addHandlers(orrery, orrery.outside(world));
    const { id, status } = await orrery.run(order, { input: { amount: 30 } });
    expect(world.paid(id)).toBe(status === 'completed' ? 30 : 0);
  });
}, 60_000);
