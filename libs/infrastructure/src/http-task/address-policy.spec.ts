import { describe, expect, it } from '@jest/globals';
import { addressPolicy } from './address-policy.js';

const none = addressPolicy();
const refuse = (address: string, policy = none) => policy.refuseAddress('host.test', 80, address);

describe('Which addresses http tasks may call', () => {
  it.each(['93.184.216.34', '8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '198.17.255.255'])(
    'public: %s',
    (address) => expect(refuse(address)).toBeUndefined(),
  );

  it.each(['2606:2800:220:1:248:1893:25c8:1946', '2001:4860:4860::8888', '2a00:1450:4001::1'])(
    'public: %s',
    (address) => expect(refuse(address)).toBeUndefined(),
  );

  it.each([
    ['127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['::1', 'loopback'],
    ['::ffff:8.8.8.8', 'ipv4Mapped'],
    ['64:ff9b::8.8.8.8', 'rfc6052'],
    ['64:ff9b:1::1', 'reserved'],
    ['::8.8.8.8', 'ipv4Mapped'],
    ['fec0::1', 'reserved'],
    ['2001:1::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['fd00::1', 'uniqueLocal'],
    ['fe80::1%eth0', 'linkLocal'],
  ])('not public: %s', (address, kind) => expect(refuse(address)).toBe(`host.test leads to a ${kind} address`));

  it('refuses what is no address', () => {
    expect(refuse('localhost')).toBe('"localhost" is not an address');
  });
});

describe('The list of private addresses that may be called', () => {
  const policy = addressPolicy(' billing.internal, Cache.Internal.:6379 ,10.1.0.0/16,127.0.0.1,[::1]:9000,fd00::/8,');

  it.each([
    ['billing.internal', 80, '10.9.9.9'],
    ['BILLING.internal.', 8443, '192.168.0.1'],
    ['cache.internal', 6379, '10.9.9.9'],
    ['whoever.test', 80, '10.1.255.255'],
    ['whoever.test', 80, '127.0.0.1'],
    ['[::1]', 9000, '::1'],
    ['whoever.test', 80, 'fd12::1'],
  ])('lets %s:%d lead to %s', (host, port, address) => {
    expect(policy.refuseAddress(host, port, address)).toBeUndefined();
  });

  it.each([
    ['other.internal', 80, '10.9.9.9'],
    ['cache.internal', 80, '10.9.9.9'],
    ['sub.billing.internal', 80, '10.9.9.9'],
    ['whoever.test', 80, '10.2.0.0'],
    ['whoever.test', 80, '127.0.0.2'],
    ['whoever.test', 80, '::ffff:10.1.0.1'],
    ['[::1]', 80, '::1'],
  ])('does not let %s:%d lead to %s', (host, port, address) => {
    expect(policy.refuseAddress(host, port, address)).toMatch(/leads to a/);
  });

  it('refuses ports of other services, unless one is listed', () => {
    expect(none.refusePort('host.test', 22)).toBe('port 22 is not for HTTP');
    expect(none.refusePort('host.test', 8080)).toBeUndefined();
    expect(addressPolicy('host.test').refusePort('host.test', 22)).toBe('port 22 is not for HTTP');
    expect(addressPolicy('host.test:22').refusePort('host.test', 22)).toBeUndefined();
  });

  it.each([
    'http://a.test',
    'a b',
    '10.0.0.0/33',
    '10.0.0/8',
    '300.1.1.1',
    'a.test:99999',
    'a.test:http',
    '*',
    '127.1',
  ])('is refused for "%s", which is neither', (entry) =>
    expect(() => addressPolicy(entry)).toThrow(`"${entry}" is not a host`),
  );
});
