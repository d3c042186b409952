import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_MS = 15_000;
const GIVE_UP_MS = 120_000;

/** Speaks to the server, and says everything again, by the same key, until it has an answer. */
export class Client {
  /** What no client should ever see: an answer of 500, or a key that gave two different answers. */
  violations = [];

  constructor(url, journal) {
    this.api = `${url}/api/v1`;
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

  /** Reads; nothing when there is no answer just now. */
  async read(path) {
    const answer = await this.#send('GET', path);
    return answer?.status === 200 ? answer.body : undefined;
  }

  /** Sends without a key and without patience: what workers say. */
  post(path, body, signal) {
    return this.#send('POST', path, { body, signal });
  }

  async #send(method, path, { headers = {}, body, signal } = {}) {
    const patience = AbortSignal.timeout(ANSWER_MS);
    try {
      const response = await fetch(this.api + path, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      const answer = { status: response.status, body: await response.json() };
      if (answer.status >= 500 && answer.status !== 503) {
        this.violations.push(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      return answer;
    } catch {
      return undefined;
    }
  }
}
