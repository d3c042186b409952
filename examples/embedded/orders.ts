// Orrery as a library: the engine, the handlers and the program in one process, over the database that is named.
import { Orrery } from '@orrery/embedded';
import { NonRetryable, defineWorkflow } from '@orrery/sdk';
import { z } from 'zod';

const databaseUrl = process.argv[2];
const orrery = await Orrery.open({ databaseUrl });
process.once('SIGTERM', () => void orrery.close());

const item = z.object({ sku: z.string() });
orrery.task('stock.reserve', item, ({ sku }) => ({ reservation: `R-${sku}` }), {
  compensate: {
    schema: z.object({ reservation: z.string() }),
    handler: ({ reservation }) => ({ released: reservation }),
  },
});
orrery.task('payment.charge', z.object({ card: z.string() }), ({ card }, ctx) => {
  if (card === 'declined') throw new NonRetryable('the bank said no', { code: 'card.declined' });
  return { charge: `C-${ctx.idempotencyKey}` };
});

const order = defineWorkflow({ name: 'order' }, (w) => {
  const reserve = w.task<{ reservation: string }>('reserve', {
    type: 'stock.reserve',
    input: { sku: w.input['sku'] },
    compensate: ({ reservation }) => ({ type: 'stock.reserve', input: { reservation } }),
  });
  w.task('charge', {
    type: 'payment.charge',
    dependsOn: [reserve],
    input: { card: w.input['card'] },
    compensate: { none: 'the bank takes it back' },
  });
});
await orrery.definitions.register(order);

const paid = orrery.run('order', { input: { sku: 'telescope', card: 'visa' } });
const { id } = await paid.started;
const { status } = await paid;
const declined = await orrery.run('order', { input: { sku: 'star-chart', card: 'declined' } });
console.log(status, declined.status);

for await (const { type } of orrery.workflows.follow(id)) console.log(type);

await orrery.close();
