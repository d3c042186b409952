// A worker of the harness's steps as a process of its own, which reads its tasks from a RabbitMQ: started by fleet.mjs.
import { loadEngine } from './bundle.mjs';
import { result } from './works.mjs';

const { url, prefix, concurrency } = JSON.parse(process.argv[2]);
const { worker } = await loadEngine();
const steps = worker({ url, broker: { prefix }, concurrency, log: { ...console, info: () => undefined } });
steps.task('step', ({ wf, k }) => result(wf, k)).task('undo', () => null);
process.once('SIGTERM', () => void steps.stop().then(() => process.exit(0)));
void steps.start();
process.send('started');
