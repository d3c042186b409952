import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import dnsPromises from 'node:dns/promises';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { withTraps } from './traps.js';

const FILES = 'what lasts must go by a port, such as Log';
const NETWORK = 'others must be reached by a port, such as TaskOffers';
const PROGRAMS = 'other programs must be reached by a port, such as TaskOffers';

/** Never there, so that a touch which is not caught does no harm. */
const NOWHERE = '/nowhere/at/all';
const global = globalThis as unknown as Record<string, new (url: string) => unknown>;

const touches: readonly (readonly [called: string, instead: string, touch: () => unknown])[] = [
  ['fs.readFileSync', FILES, () => fs.readFileSync(NOWHERE)],
  ['fs.existsSync', FILES, () => fs.existsSync(NOWHERE)],
  ['fs.writeFile', FILES, () => fs.writeFile(NOWHERE, '', () => undefined)],
  ['fs.realpathSync', FILES, () => fs.realpathSync.native(NOWHERE)],
  ['fs.ReadStream', FILES, () => new fs.ReadStream(NOWHERE as never)],
  ['fs.opendirSync', FILES, () => fs.opendirSync(NOWHERE)],
  ['fs/promises.readFile', FILES, () => fsPromises.readFile(NOWHERE)],
  ['fs/promises.readdir', FILES, () => fs.promises.readdir(NOWHERE)],
  ['child_process.spawnSync', PROGRAMS, () => childProcess.spawnSync(NOWHERE)],
  ['child_process.execFile', PROGRAMS, () => childProcess.execFile(NOWHERE)],
  ['net.connect', NETWORK, () => net.connect(NOWHERE)],
  ['net.createServer', NETWORK, () => net.createServer()],
  ['net.Socket', NETWORK, () => new net.Socket()],
  ['tls.connect', NETWORK, () => tls.connect({ path: NOWHERE })],
  ['dgram.createSocket', NETWORK, () => dgram.createSocket('udp4')],
  ['http.get', NETWORK, () => http.get('http://localhost:1/')],
  ['http.createServer', NETWORK, () => http.createServer()],
  ['https.request', NETWORK, () => https.request('https://localhost:1/')],
  ['http2.connect', NETWORK, () => http2.connect('http://localhost:1/')],
  ['dns.lookup', NETWORK, () => dns.lookup('localhost', () => undefined)],
  ['dns/promises.lookup', NETWORK, () => dnsPromises.lookup('localhost')],
  ['fetch', NETWORK, () => fetch('http://localhost:1/')],
  ['WebSocket', NETWORK, () => new global['WebSocket']!('ws://localhost:1/')],
  ['EventSource', NETWORK, () => new global['EventSource']!('http://localhost:1/')],
];

/** What code finds where it looks for these. */
const descriptors = () =>
  [childProcess, dgram, dns, dnsPromises, fs, fsPromises, http, http2, https, net, tls].flatMap((owner) =>
    Object.values(Object.getOwnPropertyDescriptors(owner)).map(({ get, value }): unknown => get ?? value),
  );
const globals = () => ['fetch', 'WebSocket', 'EventSource'].map((name) => [name in global, global[name]]);
/** Before anything was trapped. */
const untouched = { found: descriptors(), globals: globals() };

describe('the files and the network', () => {
  it.each(touches)('are not reached by %s', async (called, instead, touch) => {
    await expect(withTraps(async () => touch())).rejects.toMatchObject({
      name: 'Trapped',
      message: `simulated code called ${called}: ${instead}`,
    });
  });

  it.each([
    ['is done', () => withTraps(async () => undefined)],
    ['has failed', () => withTraps(() => Promise.reject(new Error('no'))).catch(() => undefined)],
    ['has thrown', () => withTraps(() => fs.promises.readFile(NOWHERE)).catch(() => undefined)],
  ])('are as they were when the work %s', async (_, work) => {
    await work();
    const after = { found: descriptors(), globals: globals() };
    expect(after.found.length).toBe(untouched.found.length);
    expect(after.found.filter((each, index) => each !== untouched.found[index])).toEqual([]);
    expect(after.globals).toEqual(untouched.globals);
    expect(fs.existsSync('/')).toBe(true);
  });

  it('are not what a mere computation touches', async () => {
    const found = await withTraps(async () => [net.isIP('::1'), http.validateHeaderName('accept')]);
    expect(found).toEqual([6, undefined]);
  });
});
