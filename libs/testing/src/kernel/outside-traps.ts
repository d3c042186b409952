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
import { type Trap, throwing } from './trapped.js';

const FILES = 'what lasts must go by a port, such as Log';
const NETWORK = 'others must be reached by a port, such as TaskOffers';

// Node makes these when they are first used, out of what is trapped: what simulated code prints would be lost.
void [process.stdout, process.stderr];

/** What only computes, and the namespaces whose own members are trapped. */
const HARMLESS = new Set([
  ...['promises', 'Stats', 'Dirent', 'isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress'],
  ...['validateHeaderName', 'validateHeaderValue', 'maxHeaderSize'],
]);

/** Whatever a module can do: all that a later Node adds is trapped, too. */
function trapsOf(name: string, owner: object, instead: string): readonly Trap[] {
  return Object.entries(Object.getOwnPropertyDescriptors(owner))
    .filter(([member, { configurable, get, value }]) => {
      // Some members are made when they are first asked for.
      const isFunction = get !== undefined || typeof value === 'function';
      return configurable && isFunction && !HARMLESS.has(member);
    })
    .map(([member]) => [owner, member, throwing(`${name}.${member}`, instead)]);
}

/** The files and the network: what is there is another on another machine, and later. */
export const OUTSIDE: readonly Trap[] = [
  ...trapsOf('fs', fs, FILES),
  ...trapsOf('fs/promises', fsPromises, FILES),
  ...trapsOf('child_process', childProcess, 'other programs must be reached by a port, such as TaskOffers'),
  ...Object.entries({ net, tls, dgram, http, https, http2, dns, 'dns/promises': dnsPromises }).flatMap(
    ([name, owner]) => trapsOf(name, owner, NETWORK),
  ),
  ...['fetch', 'WebSocket', 'EventSource'].map((name): Trap => [globalThis, name, throwing(name, NETWORK)]),
];
