import { Invalid } from '@orrery/domain';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Ports of services that take a line of HTTP for one of their own: the Fetch standard's list of blocked ports. */
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** All of IPv6 that was ever given to the public internet; of it, what the library does not know to be special. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const MORE_SPECIAL = ['2001::/23', '3fff::/20'].map((range) => ipaddr.IPv6.parseCIDR(range));

/** Which private addresses http tasks may call: what `ORRERY_HTTP_ALLOW` lists. */
export interface AddressPolicy {
  /** Why this port may not be called; nothing if it may. */
  refusePort(host: string, port: number): string | undefined;
  /** Why this address, to which the host resolved, may not be called; nothing if it may. */
  refuseAddress(host: string, port: number, address: string): string | undefined;
}

/**
 * Reads a list of `host`, `host:port`, address or CIDR range, with commas between. Public addresses need no entry.
 * Throws `Invalid` naming the entry that is none of these.
 */
export function addressPolicy(list = ''): AddressPolicy {
  const hosts = new Set<string>();
  const ranges: [Address, number][] = [];
  for (const entry of list.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const range = rangeOf(entry);
    if (range) ranges.push(range);
    else hosts.add(hostEntry(entry));
  }
  const named = (host: string, port: number) => hosts.has(bare(host)) || hosts.has(`${bare(host)}:${port}`);
  const inRange = (address: Address) =>
    ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
  return {
    refusePort: (host, port) =>
      BLOCKED_PORTS.has(port) && !hosts.has(`${bare(host)}:${port}`) ? `port ${port} is not for HTTP` : undefined,
    refuseAddress(host, port, text) {
      if (named(host, port)) return undefined;
      const address = parse(text);
      if (!address) return `"${text}" is not an address`;
      const kind = kindOf(address);
      return kind === 'public' || inRange(address) ? undefined : `${bare(host)} leads to a ${kind} address`;
    },
  };
}

/** The host of a URL without what says the same thing in another way: case, brackets, the dot at the end. */
export function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function parse(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.parse(text) : undefined;
}

/** `public`, or what the address is instead. Any that wraps an IPv4 address counts as what wraps it, never as that. */
function kindOf(address: Address): string {
  const range = address.range();
  if (range !== 'unicast') return range;
  if (address.kind() === 'ipv4') return 'public';
  const special = (ranges: [ipaddr.IPv6, number][]) => ranges.some((each) => (address as ipaddr.IPv6).match(each));
  return special([GLOBAL_UNICAST]) && !special(MORE_SPECIAL) ? 'public' : 'reserved';
}

function rangeOf(entry: string): [Address, number] | undefined {
  const [text = '', bits, ...rest] = entry.split('/');
  const address = parse(bare(text));
  // The library reads 127.1 and 0x7f.1 too; here it would only hide a slip of the pen.
  if (!address || rest.length > 0 || (address.kind() === 'ipv4' && !/^\d+(\.\d+){3}$/.test(text))) return undefined;
  if (bits === undefined) return [address, address.kind() === 'ipv4' ? 32 : 128];
  if (!ipaddr.isValidCIDR(`${bare(text)}/${bits}`)) throw badEntry(entry);
  return ipaddr.parseCIDR(`${bare(text)}/${bits}`);
}

function hostEntry(entry: string): string {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::(\d{1,5}))?$/i.exec(entry) ?? [];
  // What ends in a number is an address to a URL, and none here.
  const isAddress = host !== undefined && /^[\d.]+$/.test(host) && port === undefined;
  if (host === undefined || isAddress || Number(port ?? 1) > 65_535) throw badEntry(entry);
  return port === undefined ? bare(host) : `${bare(host)}:${port}`;
}

function badEntry(entry: string): Invalid {
  return new Invalid(
    'http.invalid-allow-list',
    `"${entry}" is not a host, host:port, address or CIDR range, as in billing.internal, 10.1.2.3:8080 or 10.0.0.0/8`,
  );
}
