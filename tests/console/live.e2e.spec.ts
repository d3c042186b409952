import { expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Standalone } from '../e2e/support/standalone.js';
import { describeBrowser } from './support/browser.js';

jest.setTimeout(90_000);

/** It goes on when it is told to, and not before. */
const ASKS = {
  orrery: 'v1',
  name: 'asks',
  tasks: {
    first: { type: 'wait', input: { signal: 'go' } },
    second: { type: 'wait', input: { signal: 'go' }, dependsOn: ['first'] },
  },
};

describeBrowser('The console and the live feed', (visit) => {
  const start = async () => (await visit.standalone.post<{ id: string }>('/workflows', { definition: ASKS })).id;
  const tell = (id: string) => visit.standalone.post(`/workflows/${id}/signals/go`);
  /** What the page asks of the API from now on. */
  const asked = (page: Page): { readonly path: string; readonly position: string | undefined }[] => {
    const requests: ReturnType<typeof asked> = [];
    page.on('request', (request) => {
      const { pathname: path } = new URL(request.url());
      requests.push({ path, position: request.headers()['orrery-position'] });
    });
    return requests;
  };
  const isLive = (page: Page) => page.getByRole('banner').getByText(/^Live/).first().waitFor();

  it('shows what happens to a run without asking for its events', async () => {
    const id = await start();
    const page = await visit.open(`/runs/${id}`);
    await page.getByRole('button', { name: /^first .*Waiting$/ }).waitFor();
    await isLive(page);
    const requests = asked(page);
    await tell(id);
    await page.getByRole('button', { name: /^second .*Waiting$/ }).waitFor();
    await tell(id);
    await page.getByRole('status').getByText('Completed').waitFor();
    expect(requests.filter(({ path }) => path.endsWith('/events'))).toEqual([]);
  });

  it('asks for a list when it was told of something, and for nothing older than that', async () => {
    const page = await visit.open('/runs?definition=asks');
    await isLive(page);
    const requests = asked(page);
    const id = await start();
    await page.getByRole('link', { name: new RegExp(`asks, Running, ${id}`) }).waitFor();
    await tell(id);
    await tell(id);
    await page.getByRole('link', { name: new RegExp(`asks, Completed, ${id}`) }).waitFor();
    expect(requests.some(({ position }) => position !== undefined)).toBe(true);
  });

  it('asks again and again where there is no feed, and says so', async () => {
    const id = await start();
    const page = await visit.open('/limits');
    await page.routeWebSocket('**/api/v1/ws', (socket) => socket.close());
    await page.goto(`${visit.standalone.url}/runs/${id}`);
    await page.getByRole('banner').getByText('Every 2 s').waitFor();
    await tell(id);
    await tell(id);
    await page.getByRole('status').getByText('Completed').waitFor();
  });

  it('misses nothing when the server is started again', async () => {
    const { standalone } = visit;
    const id = await start();
    const page = await visit.open(`/runs/${id}?tab=events`);
    await isLive(page);
    await standalone.end();
    await page.getByRole('banner').getByText('Not connected').waitFor();
    const again = new Standalone(standalone.data, standalone.port);
    await again.ready();
    await tell(id);
    await tell(id);
    const { version } = await again.get<{ version: number }>(`/workflows/${id}`);
    await isLive(page);
    await page.getByRole('status').getByText('Completed').waitFor();
    await page.getByRole('link', { name: new RegExp(`^Events ?${version}$`) }).waitFor();
  });
});
