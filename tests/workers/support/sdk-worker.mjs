// A worker of the contract's task types with the SDK: node sdk-worker.mjs URL socket|poll, or amqp://... PREFIX
import { setTimeout as pause } from 'node:timers/promises';
import { NonRetryable, TaskFailed, worker } from '@orrery/sdk';

const [url, way] = process.argv.slice(2);
const reached = url.startsWith('amqp') ? { broker: { prefix: way } } : { transport: way };

await worker({ url, concurrency: 4, ...reached })
  .task('contract.echo', (input) => input)
  .task('contract.fail', ({ code, retryable }) => {
    throw retryable ? new TaskFailed('as it was told', { code }) : new NonRetryable('as it was told', { code });
  })
  .task('contract.slow', async ({ ms, deaf }, ctx) => {
    ctx.log.info('begun');
    const beating = setInterval(() => ctx.heartbeat({ attempt: ctx.attempt }), ctx.task.heartbeatMs ?? 5_000);
    try {
      await pause(ms, undefined, deaf ? {} : { signal: ctx.signal });
      ctx.log.info('finished');
    } finally {
      clearInterval(beating);
    }
    return { attempt: ctx.attempt };
  })
  .run();
