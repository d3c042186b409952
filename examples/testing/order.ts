// An order that is paid for and shipped, or called off: order.spec.ts tests it, and docs/testing.md is about both.
import { type TaskHandlers, defineWorkflow } from '@orrery/sdk';

/** What the shop needs of its bank and of its carrier. */
export interface World {
  /** Takes the money of an order; the same key again takes nothing more. */
  charge(order: string, amount: number, key: string): Promise<unknown>;
  /** Gives back whatever was taken for an order, and takes nothing for it any more. */
  callOff(order: string): Promise<unknown>;
  ship(order: string, key: string): Promise<unknown>;
}

const input = { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } } as const;

export const order = defineWorkflow({ name: 'order', input, onFailure: 'compensate' }, (w) => {
  // Before the money is taken: an attempt to take it may fail, and have taken it all the same.
  const open = w.task('open', { type: 'order.open', compensate: { type: 'order.call-off', input: w.id } });
  const pay = w.task('pay', {
    type: 'payment.charge',
    dependsOn: [open],
    input: { order: w.id, amount: w.input.amount },
    compensate: { none: 'order.call-off gives it back' },
  });
  const cool = w.sleep('cool-off', { duration: '14d' }, { dependsOn: [pay] });
  w.task('ship', { type: 'parcel.ship', dependsOn: [cool], input: w.id, compensate: { none: 'it is the last' } });
});

/** Adds the handlers of the shop to a worker, to the engine as a library, or to a simulation. */
export function addHandlers(to: TaskHandlers, world: World): void {
  const payment = {
    type: 'object',
    required: ['order', 'amount'],
    properties: { order: { type: 'string' }, amount: { type: 'number' } },
  } as const;
  to.task('order.open', () => null);
  to.task('order.call-off', (id) => world.callOff(String(id)));
  to.task('payment.charge', payment, ({ order: id, amount }, ctx) => world.charge(id, amount, ctx.idempotencyKey));
  to.task('parcel.ship', (id, ctx) => world.ship(String(id), ctx.idempotencyKey));
}
