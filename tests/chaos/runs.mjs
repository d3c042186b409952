import { setTimeout as sleep } from 'node:timers/promises';

const ENDED = new Set(['completed', 'failed', 'compensated', 'cancelled']);

/** Starts runs of mixed shapes, and knows how each of them ended. */
export class Runs {
  all = [];
  open = new Set();
  #starting = true;
  #abandoned = false;
  #count = 0;

  /** `starters` are the clients that start runs, each as often as it is named. */
  constructor({ client, starters = [client], random, shapes, mended, level }) {
    Object.assign(this, { client, starters, random, mended, level });
    this.bag = shapes.flatMap((shape) => Array.from({ length: shape.share }, () => shape));
  }

  /** Starts so many a second, whatever becomes of them, until it is told to start no more. */
  async startAtRate(perSecond) {
    for (let due = Date.now(); this.#starting; due += 1_000 / perSecond) {
      await sleep(due - Date.now());
      void this.live(this.random.pick(this.bag));
    }
  }

  /** Starts a run whenever there is room for one, until it is told to start no more. */
  async keepUnderWay() {
    while (this.#starting) {
      if (this.open.size >= this.level) await sleep(10);
      else void this.live(this.random.pick(this.bag));
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

  /** One run from its start to its end. */
  async live(shape, starter = this.random.pick(this.starters)) {
    const n = ++this.#count;
    const run = { n, shape, askedAt: Date.now() };
    this.open.add(run);
    const definition = shape.document.name;
    const started = await starter.command('start', '/workflows', {
      key: `run-${n}`,
      body: { definition, input: { n } },
    });
    if (started.outcome !== 'ok') return;
    Object.assign(run, { id: started.answer.id, position: started.answer.position });
    this.all.push(run);
    await shape.lives?.(this.#around(), run);
    const { status } = await this.#untilEnded(run);
    Object.assign(run, { status, endedAt: Date.now() });
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
