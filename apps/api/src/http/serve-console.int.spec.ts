import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApi, openTestApi } from '../testing/test-api.js';

const PAGE = '<!doctype html><title>Orrery</title>';
const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let directory: string;
let api: TestApi;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orrery-console-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), PAGE);
  await writeFile(join(directory, 'assets', 'main-8Zk2.js'), 'export {};');
  api = await openTestApi({ options: { consoleDirectory: directory } });
});
afterAll(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

const ask = (url: string, headers: Readonly<Record<string, string>> = {}) => api.ask({ method: 'GET', url, headers });

describe('The console', () => {
  it.each(['/', '/runs', '/runs/5eed0001-0000-4000-8000-000000000001?at=3'])(
    '%s is its page, asked for anew',
    async (url) => {
      const answer = await ask(url, asBrowser);
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toBe(PAGE);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
    },
  );

  it('is its page as it was built last, with the files that it names', async () => {
    const again = '<!doctype html><script src="/assets/main-9Xm3.js"></script>';
    await writeFile(join(directory, 'index.html'), again);
    await writeFile(join(directory, 'assets', 'main-9Xm3.js'), 'export {};');
    expect((await ask('/', asBrowser)).body).toBe(again);
    expect((await ask('/assets/main-9Xm3.js')).statusCode).toBe(200);
    await writeFile(join(directory, 'index.html'), PAGE);
  });

  it('may take nothing from elsewhere, and be shown in no other page', async () => {
    const policy = String((await ask('/', asBrowser)).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('has files that are kept for ever', async () => {
    const answer = await ask('/assets/main-8Zk2.js');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-type']).toContain('javascript');
  });

  it.each(['/assets/gone-1.js', '/assets/../index.html', '/favicon.ico', '/api/v1/nowhere', '/docs/nowhere'])(
    'is not what answers for %s',
    async (url) => {
      const answer = await ask(url, asBrowser);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'route.not-found' });
    },
  );

  it('leaves every path to the API, and a program its answers', async () => {
    expect((await ask('/api/v1/limits', asBrowser)).json()).toHaveProperty('limits');
    expect((await ask('/livez', asBrowser)).json()).toHaveProperty('status');
    expect((await ask('/runs', { accept: 'application/json' })).json()).toMatchObject({ code: 'route.not-found' });
    expect((await ask('/api/v1/tasks/poll', asBrowser)).statusCode).toBe(405);
    expect((await api.ask({ method: 'POST', url: '/runs', headers: asBrowser })).statusCode).toBe(404);
  });
});

describe('Without a console', () => {
  it('the server says so at its root, and nowhere else', async () => {
    const bare = await openTestApi({ options: { consoleDirectory: join(directory, 'nowhere') } });
    const at = (url: string) => bare.ask({ method: 'GET', url, headers: asBrowser });
    const answer = await at('/');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('npm run build');
    expect((await at('/runs')).json()).toMatchObject({ code: 'route.not-found' });
    await bare.close();
  });
});
