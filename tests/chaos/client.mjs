import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_MS = 15_000;
const GIVE_UP_MS = 120_000;

/** Speaks to the server, or to several in turn, and says everything again, by the same key, until it has an answer. */
export class Client {
  /** What no client should ever see: 500, 503 that does not say when to come again, or that there is not what there is. */
  violations = [];

  #urls;
  #turn = 0;

  constructor(urls, journal) {
    this.#urls = [urls].flat();
    this.journal = journal;
  }

  /** A write with an Idempotency-Key. Its intent is on the disk before it is sent. */
  async command(operation, path, { key, body = {}, ...details }) {
    const intent = this.journal.intend(operation, { path, key, ...details });
    for (const giveUpAt = Date.now() + GIVE_UP_MS; Date.now() < giveUpAt; await sleep(50)) {
      const answer = await this.#send('POST', path, { headers: { 'idempotency-key': key }, body });
      if (answer === undefined || answer.status === 503) intent.unknown += 1;
      else {
        this.journal.settle(intent, answer.status < 300 ? 'ok' : 'refused', answer.status, answer.body);
        return intent;
      }
    }
    return intent;
  }

  /** A definition, which is the same for ever once it is there: no key is needed to say it again. */
  async register(document) {
    for (const giveUpAt = Date.now() + GIVE_UP_MS; Date.now() < giveUpAt; await sleep(50)) {
      const answer = await this.#send('POST', '/definitions', { body: document });
      if (answer && answer.status < 300) return answer.body;
      if (answer && answer.status !== 503) throw new Error(`${document.name}: ${JSON.stringify(answer.body)}`);
    }
    throw new Error(`${document.name} could not be registered`);
  }

  /** Reads, no older than a position; nothing when there is no answer just now. */
  async read(path, atLeast) {
    const answer = await this.#send('GET', path, { headers: atLeast ? { 'orrery-position': atLeast } : {} });
    if (atLeast && answer?.status === 404) this.violations.push(`${path} is not there, at ${atLeast}`);
    return answer?.status === 200 ? answer.body : undefined;
  }

  /** Sends without a key and without patience: what workers say. */
  post(path, body, signal) {
    return this.#send('POST', path, { body, signal });
  }

  async #send(method, path, { headers = {}, body, signal } = {}) {
    const patience = AbortSignal.timeout(ANSWER_MS);
    try {
      const server = this.#urls[this.#turn++ % this.#urls.length];
      const response = await fetch(`${server}/api/v1${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      const answer = { status: response.status, body: await response.json() };
      const isKind = answer.status === 503 && response.headers.has('retry-after');
      if (answer.status >= 500 && !isKind) {
        this.violations.push(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      return answer;
    } catch {
      return undefined;
    }
  }
}
