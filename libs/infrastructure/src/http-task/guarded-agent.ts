import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { TaskError } from '@orrery/application';
import { Agent, buildConnector } from 'undici';
import { type AddressPolicy, bare } from './address-policy.js';

const CONNECT_TIMEOUT_MS = 10_000;

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Finds the addresses of a host: those of the system, unless a spec has its own. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

export const resolveBySystem: Resolve = (host) => lookup(host, { all: true });

/**
 * Connections that lead only where the policy lets them. A name is resolved once, its addresses are checked, and one of
 * those very addresses is dialled: an answer that changes between check and use changes nothing.
 */
export function guardedAgent(policy: AddressPolicy, resolve: Resolve): Agent {
  const connect: buildConnector.connector = (options, callback) => {
    const { hostname, protocol } = options;
    const port = Number(options.port) || (protocol === 'https:' ? 443 : 80);
    addressesOf({ policy, resolve }, hostname, port).then(
      (addresses) => {
        const connector = buildConnector({ lookup: answering(addresses), timeout: CONNECT_TIMEOUT_MS });
        connector(options, callback);
      },
      (error: Error) => callback(error, null),
    );
  };
  // How long an attempt may take is said by its signal, not by the transport.
  return new Agent({ connect, headersTimeout: 0, bodyTimeout: 0, maxResponseSize: -1, keepAliveTimeout: 10_000 });
}

interface Guard {
  readonly policy: AddressPolicy;
  readonly resolve: Resolve;
}

/** The addresses to dial for a host; throws `http.refused-address` if one of them may not be called. */
async function addressesOf({ policy, resolve }: Guard, hostname: string, port: number): Promise<ResolvedAddress[]> {
  const host = bare(hostname);
  const family = isIP(host);
  const addresses = family ? [{ address: host, family }] : [...(await resolve(host))];
  for (const { address } of addresses) {
    const refusal = policy.refuseAddress(host, port, address);
    if (refusal) throw refusedAddress(refusal);
  }
  if (addresses.length === 0) throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
  return addresses;
}

export function refusedAddress(refusal: string): TaskError {
  const message = `${refusal}; if http tasks are to call it, list it in ORRERY_HTTP_ALLOW`;
  return new TaskError('http.refused-address', message, { retryable: false });
}

/** A lookup that knows the answer. */
function answering(addresses: ResolvedAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, addresses);
    else callback(null, first!.address, first!.family);
  };
}
