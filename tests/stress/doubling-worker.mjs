import { setTimeout as sleep } from 'node:timers/promises';

const LOOPS = 4;
const TASKS_MAX = 200;

/** A worker outside the server that doubles numbers, many at a time, and reports until it is answered. */
export class DoublingWorker {
  /** How often each attempt was done: more than once is allowed, and told. */
  executions = new Map();
  #stopping = new AbortController();
  #loops;

  constructor(client) {
    this.client = client;
    this.#loops = Array.from({ length: LOOPS }, (_, index) => this.#takeTasks(`stress-worker-${index}`));
  }

  get repeated() {
    return [...this.executions.values()].filter((times) => times > 1).length;
  }

  async stop() {
    this.#stopping.abort();
    await Promise.all(this.#loops);
  }

  async #takeTasks(workerId) {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const wanted = { workerId, types: ['stress.double'], max: TASKS_MAX, waitMs: 2_000 };
      const answer = await this.client.post('/tasks/poll', wanted, signal);
      if (answer?.status === 200) await this.#work(answer.body.tasks);
      else await sleep(50);
    }
  }

  async #work(tasks) {
    if (tasks.length === 0) return;
    for (const { id, attempt } of tasks) {
      const name = `${id} ${attempt}`;
      this.executions.set(name, (this.executions.get(name) ?? 0) + 1);
    }
    // Long enough that a kill finds tasks in its hands.
    await sleep(50);
    const results = tasks.map(({ id, leaseToken, input }) => ({ id, leaseToken, output: input * 2 }));
    for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(50)) {
      const answer = await this.client.post('/tasks/results', { results });
      if (answer && answer.status !== 503) return;
    }
  }
}
