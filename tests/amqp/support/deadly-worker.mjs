// A worker of the SDK that dies of every task: node deadly-worker.mjs amqp://... PREFIX
import { worker } from '@orrery/sdk';

const [url, prefix] = process.argv.slice(2);

await worker({ url, broker: { prefix } })
  .task('work', () => process.kill(process.pid, 'SIGKILL'))
  .run();
