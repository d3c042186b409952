import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Stands between two programs on TCP, and does to their connections what networks do. Whatever was done to new
 * connections ends with `pass`; those that were cut stay cut.
 */
export class Proxy {
  #fate = 'pass';
  #pairs = new Set();
  #server;

  static async before(target) {
    const proxy = new Proxy();
    proxy.#server = createServer((client) => proxy.#join(client, target)).listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port() {
    return this.#server.address().port;
  }

  /** The same URL, by way of this proxy. */
  url(direct) {
    const url = new URL(direct);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  /** All is well again: what lay in a black hole arrives. */
  pass() {
    this.#fate = 'pass';
    for (const pair of this.#pairs) pair.pass();
  }

  /** Every connection ends in order, and new ones end as soon as they begin. */
  cut() {
    this.#fate = 'cut';
    for (const pair of this.#pairs) pair.end();
  }

  /** Every connection is broken off by a RST, and so are new ones. */
  reset() {
    this.#fate = 'reset';
    for (const pair of this.#pairs) pair.reset();
  }

  /** Nothing arrives, and nobody is told; new connections are taken and lead nowhere. */
  blackHole() {
    this.#fate = 'black hole';
    for (const pair of this.#pairs) pair.hold();
  }

  /** The servers lose the connections there are, and the clients do not hear of it; new ones pass. */
  halfOpen() {
    for (const pair of this.#pairs) pair.forgetServer();
  }

  get connections() {
    return this.#pairs.size;
  }

  async close() {
    for (const pair of this.#pairs) pair.end();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client, target) {
    const pair = new Pair(client, target, () => this.#pairs.delete(pair));
    this.#pairs.add(pair);
    if (this.#fate === 'cut') pair.end();
    else if (this.#fate === 'reset') pair.reset();
    else if (this.#fate === 'black hole') pair.hold();
    else pair.pass();
  }
}

/** One connection, which is two: from the client to us, and from us to the server. */
class Pair {
  #client;
  #server;
  #target;
  #isJoined = false;
  #isHeld = false;
  #isHalf = false;
  #gone;

  constructor(client, target, gone) {
    this.#client = client;
    this.#target = target;
    this.#gone = gone;
    this.#watch(client);
  }

  pass() {
    this.#isHeld = false;
    // Joined a second time, everything would arrive twice.
    if (this.#isHalf || this.#isJoined) return;
    if (this.#client.destroyed || this.#server?.destroyed) return this.end();
    this.#server ??= this.#watch(connect(this.#target));
    this.#client.pipe(this.#server);
    this.#server.pipe(this.#client);
    this.#isJoined = true;
  }

  /** What is sent from now on waits on its way. */
  hold() {
    this.#isHeld = true;
    this.#isJoined = false;
    for (const socket of this.#both()) socket.unpipe().pause();
  }

  forgetServer() {
    this.#isHalf = true;
    this.#client.unpipe().resume();
    this.#server?.unpipe().destroy();
  }

  end() {
    for (const socket of this.#both()) socket.destroy();
  }

  reset() {
    for (const socket of this.#both()) socket.resetAndDestroy();
  }

  #both() {
    return this.#server ? [this.#client, this.#server] : [this.#client];
  }

  #watch(socket) {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#lost(socket));
    return socket;
  }

  /** The other side hears of it, unless it is one of those that do not. */
  #lost(socket) {
    const isUntold = this.#isHeld || (this.#isHalf && socket === this.#server);
    if (!isUntold) this.end();
    if (this.#both().every(({ destroyed }) => destroyed)) this.#gone();
  }
}
