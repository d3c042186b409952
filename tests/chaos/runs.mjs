import { setTimeout as sleep } from 'node:timers/promises';

const ENDED = new Set(['completed', 'failed', 'compensated', 'cancelled']);

/** Keeps so many runs under way, of mixed shapes, and knows how each of them ended. */
export class Runs {
  all = [];
  open = new Set();
  #starting = true;
  #abandoned = false;

  constructor({ client, random, shapes, mended, level }) {
    Object.assign(this, { client, random, mended, level });
    this.bag = shapes.flatMap((shape) => Array.from({ length: shape.share }, () => shape));
  }

  /** Starts a run whenever there is room for one, until it is told to start no more. */
  async keepUnderWay() {
    for (let n = 1; this.#starting;) {
      if (this.open.size >= this.level) await sleep(10);
      else void this.#live(n++);
      // Spread out, so that the runs are not all at the same point.
      await sleep(this.open.size < this.level / 2 ? 2 : 15);
    }
  }

  startNoMore() {
    this.#starting = false;
  }

  /** Waits until every run has ended, at most so long; returns those that have not. */
  async settled(ms) {
    for (const giveUpAt = Date.now() + ms; this.open.size > 0 && Date.now() < giveUpAt;) await sleep(100);
    this.#abandoned = true;
    return [...this.open];
  }

  async #live(n) {
    const shape = this.random.pick(this.bag);
    const run = { n, shape };
    this.open.add(run);
    const definition = shape.document.name;
    const started = await this.client.command('start', '/workflows', {
      key: `run-${n}`,
      body: { definition, input: { n } },
    });
    if (started.outcome !== 'ok') return;
    run.id = started.answer.id;
    this.all.push(run);
    await shape.lives?.(this.#around(), run);
    const { status } = await this.#untilEnded(run);
    run.status = status;
    if (ENDED.has(status)) this.open.delete(run);
  }

  #around() {
    const { client, mended } = this;
    return { client, mended, random: this.random.child(), pause: sleep, untilEnded: (run) => this.#untilEnded(run) };
  }

  async #untilEnded({ id }) {
    while (!this.#abandoned) {
      const result = await this.client.read(`/workflows/${id}/result?waitMs=5000`);
      if (result?.ended) return result;
      if (!result) await sleep(100);
    }
    return { status: 'unknown' };
  }
}
