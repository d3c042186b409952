// A worker for approval.yaml, trip.yaml and payout.yaml, with the SDK. It only pretends: nothing is paid, booked or sent.
import { NonRetryable, type TaskContext, TaskFailed, worker } from '@orrery/sdk';
import { z } from 'zod';

const w = worker({ url: process.argv[2], concurrency: 10 });

// The key is the same for every attempt of a task: whoever keeps it does the work once, however often it is asked.
const numbered = (prefix: string, { idempotencyKey }: TaskContext) => `${prefix}-${idempotencyKey}`;

const amount = z.number().positive();

w.task('budget.hold', z.object({ employee: z.string(), amount }), (_, ctx) => ({ hold: numbered('H', ctx) }));
w.task('budget.release', z.object({ hold: z.string() }), ({ hold }) => ({ released: hold }));

w.task('mail.send', z.object({ to: z.string(), subject: z.string() }), ({ to, subject }, { log }) => {
  if (!/^[a-z]+$/.test(to)) throw new NonRetryable(`there is no mailbox "${to}"`, { code: 'mail.no-mailbox' });
  log.info(`to ${to}: ${subject}`);
  return { sent: true };
});

const payment = z.object({ employee: z.string(), hold: z.string(), approved: z.boolean() });
w.task('payroll.pay', payment, ({ approved }, ctx) => {
  if (!approved) throw new NonRetryable('the expense was refused', { code: 'expense.refused' });
  return { payment: numbered('P', ctx) };
});

w.task('travel.book-seat', z.object({ to: z.string() }), (_, ctx) => ({ booking: numbered('S', ctx) }));
w.task('travel.book-bed', z.object({ in: z.string() }), ({ in: place }, ctx) => {
  if (place === 'nowhere') throw new NonRetryable('there are no beds nowhere', { code: 'travel.no-beds' });
  return { booking: numbered('B', ctx) };
});
w.task('travel.cancel', z.object({ booking: z.string() }), ({ booking }) => ({ cancelled: [booking] }));
w.task('travel.cancel-all', z.object({ bookings: z.array(z.string()) }), ({ bookings }) => ({ cancelled: bookings }));

w.task('ledger.reserve', z.object({ amount }), (_, ctx) => ({ reservation: numbered('R', ctx) }));
w.task('ledger.release', z.object({ reservation: z.string() }), ({ reservation }) => ({ released: reservation }));
w.task('bank.transfer', z.object({ to: z.string(), amount }), (_, ctx) => ({ transfer: numbered('T', ctx) }));
w.task('bank.take-back', z.object({ transfer: z.string() }), ({ transfer }, { attempt }) => {
  if (attempt <= 2) throw new TaskFailed('the bank is closed', { code: 'bank.closed' });
  return { back: transfer };
});
w.task('ledger.book', z.object({ transfer: z.string(), books: z.enum(['open', 'closed']) }), ({ books }, ctx) => {
  if (books === 'closed') throw new NonRetryable('the books of this month are closed', { code: 'ledger.closed' });
  return { entry: numbered('E', ctx) };
});

await w.run();
