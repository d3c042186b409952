import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TYPES, durationOf, outcomeOf } from './effects.mjs';

/** Workers outside the server, over the long poll. Each execution goes into the ledger, whatever becomes of it. */
export class Workers {
  ledger = [];
  /** Runs whose broken task has been mended. */
  mended = new Set();
  #stopping = new AbortController();
  #loops;

  constructor(client, random, count) {
    this.client = client;
    this.#loops = Array.from({ length: count }, (_, index) => this.#takeTasks(`crash-worker-${index}`, random.child()));
  }

  async stop() {
    this.#stopping.abort();
    await Promise.all(this.#loops);
  }

  async #takeTasks(workerId, random) {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const wanted = { workerId, types: TYPES, max: 4, waitMs: 5_000 };
      const answer = await this.client.post('/tasks/poll', wanted, signal);
      const tasks = answer?.status === 200 ? answer.body.tasks : [];
      await Promise.all(tasks.map((task) => this.#work(task, random)));
      if (!answer) await sleep(50);
    }
  }

  async #work(task, random) {
    const { id, workflowId, type, attempt, leaseToken } = task;
    const execution = { execution: randomUUID(), id, workflowId, type, attempt, leaseToken, at: Date.now() };
    this.ledger.push(execution);
    // Now and then a worker takes a task and is never heard of again.
    if (random.chance(0.002)) return;
    const until = Date.now() + durationOf(random);
    while (Date.now() < until) {
      await sleep(Math.min(until - Date.now(), 1_000));
      if (Date.now() < until) await this.client.post(`/tasks/${id}/heartbeat`, { leaseToken });
    }
    await this.#report(execution, outcomeOf(execution, this.mended));
  }

  /** Says it until there is an answer: over a restart, and over the next. */
  async #report(execution, outcome) {
    const { id, leaseToken } = execution;
    const verb = outcome.error ? 'fail' : 'complete';
    for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(50)) {
      const answer = await this.client.post(`/tasks/${id}/${verb}`, { leaseToken, ...outcome });
      if (!answer || answer.status === 503) continue;
      execution.told = { verb, at: Date.now(), status: answer.status, code: answer.body.code };
      return;
    }
  }
}

/** What tasks of the type http call: it refuses one call in four, and counts those it took. */
export async function httpTarget(random) {
  const served = new Map();
  const server = createServer((request, response) => {
    request.resume();
    if (random.chance(0.25)) response.writeHead(503).end('later');
    else {
      served.set(request.url, (served.get(request.url) ?? 0) + 1);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ url: request.url }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    served,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
