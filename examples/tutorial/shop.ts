// The worker of docs/tutorial.md that fails now and then. It only pretends: nothing is charged or shipped.
import { NonRetryable, TaskFailed, worker } from '@orrery/sdk';
import { z } from 'zod';

const w = worker({ url: process.argv[2] });
const item = z.object({ item: z.string() });

w.task('tutorial.reserve', item, (input) => ({ reserved: input.item }));
w.task('tutorial.release', item, (input) => ({ released: input.item }));
w.task('tutorial.charge', z.null(), (_, { attempt, idempotencyKey }) => {
  if (attempt === 1) throw new TaskFailed('the bank is busy', { code: 'bank.busy' });
  return { charge: idempotencyKey };
});
w.task('tutorial.refund', z.object({ charge: z.string() }), ({ charge }) => ({ refunded: charge }));
w.task('tutorial.ship', item, (input) => {
  if (input.item === 'moon') throw new NonRetryable('nobody can carry this', { code: 'item.too-heavy' });
  return { shipped: input.item };
});

await w.run();
