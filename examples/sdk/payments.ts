// A worker that charges cards, and gives the money back.
import { NonRetryable, RetryAfter, worker } from '@orrery/sdk';
import { z } from 'zod';
import { type Bank, fakeBank } from './bank.js';

const bank: Bank = fakeBank();
const charge = z.object({ card: z.string(), amount: z.number().positive() });
const refund = z.object({ charge: z.string() });

const w = worker({ url: process.argv[2], concurrency: 20 });

w.task(
  'payment.charge',
  charge,
  async ({ card, amount }, ctx) => {
    const answer = await bank.charge(card, amount, { key: ctx.idempotencyKey, signal: ctx.signal });
    if (answer.busy) throw new RetryAfter(5_000, 'the bank is busy');
    if (!answer.accepted) throw new NonRetryable('the bank said no', { code: 'card.declined' });
    return { id: answer.id };
  },
  { compensate: { schema: refund, handler: (input, ctx) => bank.refund(input.charge, { key: ctx.idempotencyKey }) } },
);

w.task('payment.statement', async (_input, ctx) => {
  for await (const page of bank.statement(ctx.signal)) ctx.heartbeat({ page });
});

await w.run();
