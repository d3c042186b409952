// A worker of the contract's task types with the SDK: node sdk-worker.mjs URL socket|poll
import { setTimeout as pause } from 'node:timers/promises';
import { NonRetryable, TaskFailed, worker } from '@orrery/sdk';

const [url, transport] = process.argv.slice(2);

await worker({ url, transport, concurrency: 4 })
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
