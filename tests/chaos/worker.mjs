// A worker of the SDK that writes down what it does: node worker.mjs amqp://... NAME SEED, in the directory of the ledgers.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskFailed, worker } from '@orrery/sdk';
import { TYPES, durationOf, outcomeOf } from './effects.mjs';
import { Ledger, SharedSet } from './ledger.mjs';
import { seeded } from './random.mjs';

const [url, workerId, seed] = process.argv.slice(2);
const random = seeded(Number(seed));
const ledger = new Ledger(`${workerId}.ledger.jsonl`);
const mended = new SharedSet('mended');

async function execute(_, { task }) {
  const { id, workflowId, type, attempt, leaseToken } = task;
  const execution = { execution: randomUUID(), id, workflowId, type, attempt, leaseToken, workerId, at: Date.now() };
  ledger.begin(execution);
  // It works on although its time may be over: a late end is for the engine to refuse.
  await sleep(durationOf(random));
  const { output, error } = outcomeOf(execution, mended);
  if (error) throw new TaskFailed(error.message, { code: error.code, retryable: error.retryable });
  return output;
}

const self = worker({ url, workerId, concurrency: 16 });
for (const type of TYPES) self.task(type, execute);
// Whoever takes it in hand dies of it.
self.task('ext.deadly', () => process.kill(process.pid, 'SIGKILL'));
await self.run();
process.exit();
