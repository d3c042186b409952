// A definition in TypeScript: examples/order-fulfilment.yaml has its like in YAML.
import { cel, defineWorkflow, toYaml } from '@orrery/sdk';

const order = {
  type: 'object',
  required: ['card', 'items'],
  properties: {
    card: { type: 'string' },
    express: { type: 'boolean', default: false },
    items: { type: 'array', items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
  },
} as const;

export const orders = defineWorkflow({ name: 'orders', input: order, onFailure: 'compensate' }, (w) => {
  const reserve = w.task<{ total: number }>('reserve', {
    type: 'stock.reserve',
    input: { items: w.input.items },
    compensate: { type: 'stock.release', input: w.id },
  });
  const charge = w.task<{ id: string }>('charge', {
    type: 'payment.charge',
    dependsOn: [reserve],
    input: { card: w.input.card, amount: reserve.output.total },
    retry: { maxAttempts: 5, nonRetryable: ['card.declined'] },
    compensate: (output) => ({ type: 'payment.charge', input: { charge: output.id } }),
  });
  const wrap = w.task('wrap', {
    type: 'packing.wrap',
    dependsOn: [charge],
    when: cel`${w.input.express} == false`,
    optional: true,
    compensate: { none: 'paper is cheap' },
  });
  const ship = w.forEach('ship', w.input.items, (item) => ({
    type: 'shipping.book',
    dependsOn: [charge, wrap],
    concurrency: 10,
    input: { sku: item.sku, note: `order ${w.id}` },
    compensate: { none: 'it comes back by itself' },
  }));
  return { tracking: ship.output, paid: charge.output.id };
});

console.log(toYaml(orders));
