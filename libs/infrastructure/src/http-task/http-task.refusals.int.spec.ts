import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpTask, httpTask } from './http-task.js';
import { attempt, resolverOf, startServer } from './http-task.harness.js';

const literals = [
  // IPv4, in every spelling that a URL knows.
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '0x7f.1',
  '0x7f.0x0.0x0.0x1',
  '0x7f000001',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0177.1',
  '127.0.0.1.',
  '127.255.255.254',
  '0',
  '0.0.0.0',
  '0.1.2.3',
  '00',
  '10.0.0.1',
  '10.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.65281',
  '192.168.255.255',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '169.254.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.175.48.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '１２７.0.0.1',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  '127.0.0.1%2e',
  '0x7f。1',
  // IPv6.
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:8.8.8.8]',
  '[::ffff:0:127.0.0.1]',
  '[::127.0.0.1]',
  '[::8.8.8.8]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[ff0e::1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[2001:db8::1]',
  '[2001:10::1]',
  '[2001:20::1]',
  '[100::1]',
  '[3fff::1]',
  '[5f00::1]',
  '[4000::1]',
]; // prettier-ignore -- a line a kind

const names: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  'sub.localhost': ['127.0.0.1'],
  'loopback.test': ['127.0.0.1'],
  'loopback6.test': ['::1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  'ten.test': ['10.0.0.1'],
  'unique-local.test': ['fd00::1'],
  'nat64.test': ['64:ff9b::a00:1'],
  'mixed.test': ['93.184.216.34', '10.0.0.1'],
  'mixed6.test': ['2606:2800:220:1::1', '::1'],
  'scoped.test': ['fe80::1%eth0'],
  'xn--bcher-kva.test': ['192.168.0.1'],
  'nonsense.test': ['not an address'],
};
const hosts = ['LOCALHOST', 'localhost.', 'bücher.test', 'BÜCHER.test', 'ⓛocalhost', ...Object.keys(names)];

const notForUs = [
  'file:///etc/passwd',
  'file://127.0.0.1/etc/passwd',
  'gopher://127.0.0.1:70/x',
  'data:text/plain,hello',
  'ftp://files.test/',
  'javascript:alert(1)',
  'dict://127.0.0.1:2628/',
  'ldap://127.0.0.1/',
  'ws://host.test/',
  'blob:http://host.test/x',
  'jar:http://host.test!/x',
  '//host.test/',
  '/etc/passwd',
  'host.test',
  '',
  'http://',
  'http://a@127.0.0.1/',
  'http://a:b@host.test/',
  'http://host.test@127.0.0.1/',
  'http://host.test:80:80/',
  'http://[::1',
  'http://host test/',
  'http://256.256.256.256/',
  'http://[fe80::1%25eth0]/',
  'http://127.0.0.1:99999/',
]; // prettier-ignore -- a line a kind

const ports = [1, 21, 22, 23, 25, 110, 143, 465, 587, 993, 2049, 5060, 6000, 6667, 10080];

let server: Awaited<ReturnType<typeof startServer>>;
let http: HttpTask;
const { resolve } = resolverOf({
  ...names,
  'host.test': ['127.0.0.1'],
  'other.test': ['127.0.0.1'],
  'public.test': ['93.184.216.34'],
});

beforeAll(async () => {
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://host.test');
    const [, status = '200'] = /^\/(\d{3})/.exec(pathname) ?? [];
    const to = searchParams.get('to');
    response.writeHead(Number(status), to === null ? {} : { location: to });
    response.end(JSON.stringify(request.headers));
  });
  http = httpTask({ allow: `host.test:${server.port},other.test:${server.port}`, resolve });
});

afterAll(async () => {
  await http.close();
  await server.close();
});

const get = (url: string) => attempt(http.handler, { url });
const redirect = (to: string, status = 302) => `http://host.test:${server.port}/${status}?to=${encodeURIComponent(to)}`;

describe('What an http task may not call', () => {
  it.each(literals)('the address %s', async (host) => {
    expect(await get(`http://${host}:${server.port}/`)).toMatchObject({
      code: 'http.refused-address',
      retryable: false,
    });
  });

  it.each(hosts)('the name %s, for where it leads', async (host) => {
    expect(await get(`http://${host}:${server.port}/`)).toMatchObject({
      code: 'http.refused-address',
      retryable: false,
    });
  });

  it.each(notForUs)('"%s"', async (url) => {
    expect(await get(url)).toMatchObject({ code: 'http.invalid-input', retryable: false });
  });

  it.each(ports)('port %d of a public host', async (port) => {
    expect(await get(`http://public.test:${port}/`)).toMatchObject({ code: 'http.refused-address', retryable: false });
  });

  it.each([...literals.filter((host, each) => each % 4 === 0 && !/[^ -~]/.test(host)), 'localhost', 'ten.test'])(
    '%s, where a redirect points',
    async (host) => {
      expect(await get(redirect(`http://${host}:${server.port}/`))).toMatchObject({ code: 'http.refused-address' });
    },
  );

  it.each(['file:///etc/passwd', 'gopher://host.test/', 'http://a:b@host.test/', 'http://[', 'javascript:alert(1)'])(
    '"%s", where a redirect points',
    async (url) => {
      expect(await get(redirect(url))).toMatchObject({ code: 'http.refused-redirect', retryable: false });
    },
  );

  it('and nothing of all this came to the server, but for the redirects', () => {
    expect(server.seen.filter((request) => !request.startsWith('GET /302?to='))).toEqual([]);
  });
});

describe('A redirect', () => {
  it('is followed, relative ones too, five times and no more', async () => {
    const chain = (length: number): string =>
      length === 0 ? '/200' : `/302?to=${encodeURIComponent(chain(length - 1))}`;
    const start = `http://host.test:${server.port}`;
    expect((await get(start + chain(5))).output).toMatchObject({ status: 200 });
    expect(await get(start + chain(6))).toMatchObject({ code: 'http.refused-redirect', retryable: false });
  });

  it.each([
    [302, 'GET'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
  ])('by %d makes a POST a %s', async (status, method) => {
    await attempt(http.handler, { method: 'POST', url: redirect('/200', status), body: { a: 1 } });
    expect(server.seen.at(-1)).toBe(`${method} /200`);
  });

  it('takes no credentials to another host', async () => {
    const headers = { Authorization: 'Bearer x', cookie: 'a=b', 'x-trace': 'kept' };
    const sent = async (to: string) => {
      const { output } = await attempt(http.handler, { url: redirect(to), headers });
      return JSON.parse((output as { body: string }).body) as object;
    };
    expect(await sent('/200')).toMatchObject({ authorization: 'Bearer x', cookie: 'a=b' });
    const elsewhere = await sent(`http://other.test:${server.port}/200`);
    expect(elsewhere).toMatchObject({ 'x-trace': 'kept' });
    expect(elsewhere).not.toHaveProperty('authorization');
    expect(elsewhere).not.toHaveProperty('cookie');
  });

  it('is the answer, if the task wants it so', async () => {
    const { output } = await attempt(http.handler, { url: redirect('http://127.0.0.1/'), okStatus: [302] });
    expect(output).toMatchObject({ status: 302, headers: { location: 'http://127.0.0.1/' } });
  });
});

describe('A name whose answer changes between check and use', () => {
  it('is resolved once, and what was checked is dialled', async () => {
    const here = await startServer((_, response) => response.end('right'), '127.0.0.2');
    const turns = [['127.0.0.2'], ['127.0.0.1']];
    const rebinding = resolverOf({ 'rebinding.test': () => turns.shift()! });
    const task = httpTask({ allow: '127.0.0.2/32', resolve: rebinding.resolve });
    const { output } = await attempt(task.handler, { url: `http://rebinding.test:${here.port}/` });
    expect(output).toMatchObject({ status: 200, body: 'right' });
    expect(rebinding.asked).toEqual(['rebinding.test']);
    await task.close();
    const later = httpTask({ allow: '127.0.0.2/32', resolve: rebinding.resolve });
    expect(await attempt(later.handler, { url: `http://rebinding.test:${here.port}/` })).toMatchObject({
      code: 'http.refused-address',
    });
    await later.close();
    await here.close();
  });
});
