import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { removeTemporaryDirectories, replicatedDatabase } from '@orrery/infrastructure/testing';
import { startPrivateBroker } from '@orrery/infrastructure/testing/rabbitmq';
import { startPrivateRedis } from '@orrery/infrastructure/testing/redis';
import { connect } from 'amqplib';
import { Child } from './child.mjs';
import { Proxy } from './proxy.mjs';

const program = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundle = (app) => program(`../../dist/${app}.mjs`);
/** What the SDK is run by, which is no bundle. */
const SOURCE = ['--conditions=@orrery/source', '--import', import.meta.resolve('tsx')];

/** Together they stay well below what the server lets in. */
const POOLS = {
  DATABASE_POOL_SIZE: '6',
  DATABASE_MAX_OVERFLOW: '2',
  DATABASE_QUERY_POOL_SIZE: '4',
  DATABASE_FOLLOWER_POOL_SIZE: '4',
};
/** Tasks of the type http call a server of this script, and leave it alone for a moment when it fails too often. */
const HTTP = { ORRERY_HTTP_ALLOW: '127.0.0.1', ORRERY_HTTP_CIRCUIT_PAUSE: '1s' };
const COMMON = { LOG_LEVEL: 'warn', ENVIRONMENT: 'production', RABBITMQ_PREFIX: 'orrery' };

/**
 * A whole installation of our own: PostgreSQL with a replica, RabbitMQ, Redis, two of API and engine, two workers of the
 * SDK and the product's own. Every connection of its processes and clients goes through a proxy, of which each pair has one.
 */
export class Cluster {
  children = [];
  /** By name, as in `engine-1 > postgres`. */
  links = new Map();
  /** Where clients reach the APIs. */
  urls = [];

  static async open(directory, seed) {
    const cluster = new Cluster();
    cluster.directory = directory;
    await cluster.#build(seed).catch(async (error) => {
      await cluster.remove();
      throw error;
    });
    return cluster;
  }

  async #build(seed) {
    this.database = await replicatedDatabase(1);
    this.broker = await startPrivateBroker();
    this.redis = await startPrivateRedis();
    mkdirSync(join(this.directory, 'mended'));
    for (const n of [1, 2]) await this.#addApi(`api-${n}`);
    for (const n of [1, 2]) await this.#addEngine(`engine-${n}`);
    for (const n of [1, 2]) await this.#addWorker(`worker-${n}`, seed + n);
    await this.#addHttpWorker('worker-http');
  }

  of(kind) {
    return this.children.filter((child) => child.kind === kind);
  }

  /** Where the database itself answers, past every proxy. */
  databaseUrl() {
    return this.database.url;
  }

  /** A connection to the broker itself, for who does harm. */
  async amqp() {
    const connection = await connect(this.broker.url);
    connection.on('error', () => undefined);
    return connection;
  }

  /** Starts every process; resolves when all are ready. */
  async start() {
    await Promise.all(this.children.map((child) => child.start()));
  }

  /** Kills every process without a word; what they stand on lives on. */
  async kill() {
    await Promise.all(this.children.map((child) => child.kill()));
  }

  /** Ends every process the polite way; the first exit code that is not 0, if there is one. */
  async stop() {
    const codes = await Promise.all(this.children.map((child) => child.stop()));
    return codes.find((code) => code !== 0) ?? 0;
  }

  /** Nothing is in anybody's way any more; resolves when all are ready. */
  async heal() {
    for (const proxy of this.links.values()) proxy.pass();
    for (const child of this.children) child.thaw();
    await this.start();
  }

  /** Leaves nothing running, whatever happened before. */
  async remove() {
    await this.kill();
    for (const proxy of this.links.values()) await proxy.close();
    await this.redis?.remove();
    await this.broker?.remove();
    await this.database?.stop();
    // Children of a server that was killed end a moment after it.
    await sleep(200);
    await removeTemporaryDirectories();
  }

  /** The same URL by way of a proxy between the two. */
  async link(from, to, url) {
    const { hostname, port } = new URL(url);
    const proxy = await Proxy.before({ host: hostname, port: Number(port) });
    this.links.set(`${from} > ${to}`, proxy);
    return proxy.url(url);
  }

  async #behind(name) {
    return {
      ...COMMON,
      ...POOLS,
      DATABASE_URL: await this.link(name, 'postgres', this.database.url),
      RABBITMQ_URL: await this.link(name, 'rabbitmq', this.broker.url),
      REDIS_URL: await this.link(name, 'redis', this.redis.url),
    };
  }

  async #addApi(name) {
    const port = await getPort();
    const url = `http://127.0.0.1:${port}`;
    const replica = await this.link(name, 'replica', this.database.standbys[0].url);
    const env = { ...(await this.#behind(name)), API_PORT: String(port), DATABASE_REPLICA_URLS: replica };
    this.#add('api', name, { args: [bundle('api')], env, readyUrl: `${url}/readyz` });
    this.urls.push(new URL(await this.link('client', name, url)).origin);
  }

  async #addEngine(name) {
    const port = await getPort();
    const env = { ...(await this.#behind(name)), ENGINE_PORT: String(port) };
    this.#add('engine', name, { args: [bundle('engine')], env, readyUrl: `http://127.0.0.1:${port}/readyz` });
  }

  async #addWorker(name, seed) {
    const url = await this.link(name, 'rabbitmq', this.broker.url);
    this.#add('worker', name, { args: [...SOURCE, program('./worker.mjs'), url, name, String(seed)], env: {} });
  }

  async #addHttpWorker(name) {
    const url = await this.link(name, 'rabbitmq', this.broker.url);
    const env = { ...COMMON, ...HTTP, ORRERY_URL: url, WORKER_ID: name };
    this.#add('worker', name, { args: [bundle('worker')], env });
  }

  #add(kind, name, { args, ...more }) {
    const { directory } = this;
    this.children.push(new Child({ name, kind, directory, args: ['--enable-source-maps', ...args], ...more }));
  }
}
