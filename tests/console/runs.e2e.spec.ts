import { beforeAll, expect, it, jest } from '@jest/globals';
import { until } from '../e2e/support/until.js';
import { describeBrowser } from './support/browser.js';
import { shownStates } from './support/page-tools.js';

jest.setTimeout(60_000);

interface Told {
  readonly status: string;
  readonly version: number;
  readonly tasks: readonly { readonly key: string; readonly status: string }[];
}

/** Its first attempt fails, and it has no other: a retry by hand does better. */
const ONCE = {
  orrery: 'v1',
  name: 'ship-once',
  onFailure: 'fail',
  tasks: { ship: { type: 'demo.shipping.dispatch', input: { booking: 'B-1', items: [] }, retry: { maxAttempts: 1 } } },
};

describeBrowser('The console', (visit) => {
  let undone: string;
  let failed: string;
  const told = (id: string, version?: number) =>
    visit.standalone.get<Told>(`/workflows/${id}${version === undefined ? '' : `?atVersion=${version}`}`);

  beforeAll(async () => {
    const { items } = await visit.standalone.get<{ items: { id: string }[] }>('/workflows?status=compensated');
    undone = items[0]!.id;
    failed = (await visit.standalone.post<{ id: string }>('/workflows', { definition: ONCE })).id;
    expect((await visit.standalone.result(failed)).status).toBe('failed');
  });

  it('shows what has run to who comes for the first time', async () => {
    const page = await visit.open('/');
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    expect(page.url()).toContain('/runs');
    await page.getByRole('link', { name: /order-fulfilment, Compensated/ }).waitFor();
    await page.getByText('the bank declined the card').first().waitFor();
    await page.getByRole('button', { name: /1 Failed/ }).click();
    await page.getByRole('link', { name: /ship-once, Failed/ }).waitFor();
    await until(async () => (await page.getByRole('link', { name: /Compensated/ }).count()) === 0);
    expect(page.url()).toContain('status=failed');
    expect(visit.complaints).toEqual([]);
  });

  it('starts a run from the form of its definition, and shows it to its end', async () => {
    const page = await visit.open('/definitions/order-fulfilment/start');
    await page.getByText(/things are to mend/).waitFor();
    await page.getByLabel(/^orderId/).fill('C-1');
    await page.getByLabel(/^card/).fill('visa');
    await page.getByLabel(/^sku/).fill('telescope');
    await page.getByLabel(/^price/).fill('240');
    await page.getByText('Ready to start.').waitFor();
    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await page.getByRole('status').getByText('Completed').waitFor();
    const id = /runs\/([0-9a-f-]+)/.exec(page.url())![1]!;
    expect((await told(id)).status).toBe('completed');
    await page.getByRole('button', { name: /^ship demo.shipping.dispatch .*Completed$/ }).waitFor();
  });

  it('turns a run back: at every event it shows what the API tells of that moment', async () => {
    const { version: last } = await told(undone);
    const page = await visit.open(`/runs/${undone}?tab=tasks`);
    const slider = page.getByRole('slider', { name: 'Moment of the run' });
    await slider.focus();
    for (const version of [1, 2, 5, 9, 12, 13, 15, 18, last - 1]) {
      await page.goto(`${visit.standalone.url}/runs/${undone}?tab=tasks&at=${version}`);
      const { tasks } = await told(undone, version);
      const wanted = Object.fromEntries(tasks.map(({ key, status }) => [key, status]));
      await until(async () => JSON.stringify(await shownStates(page)) === JSON.stringify(wanted));
    }
  });

  it('is dragged to a moment, and brought back to now', async () => {
    const { version: last } = await told(undone);
    const page = await visit.open(`/runs/${undone}?tab=tasks`);
    const slider = page.getByRole('slider', { name: 'Moment of the run' });
    const { x, y, width, height } = (await slider.boundingBox())!;
    await page.mouse.move(x + width - 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
    await page.mouse.up();
    const moment = async () => Number(await slider.getAttribute('aria-valuenow'));
    await until(async () => Math.abs((await moment()) - last / 2) < 2);
    const version = await moment();
    await page.waitForURL((url) => url.searchParams.get('at') === String(version));
    const { tasks } = await told(undone, version);
    const wanted = JSON.stringify(Object.fromEntries(tasks.map(({ key, status }) => [key, status])));
    await until(async () => JSON.stringify(await shownStates(page)) === wanted);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('status').getByText('Compensated').waitFor();
    expect(page.url()).not.toContain('at=');
  });

  it('shows in the graph how a run is undone', async () => {
    const page = await visit.open(`/runs/${undone}?at=16`);
    await page.getByRole('status').getByText('Compensating').waitFor();
    await page.getByRole('button', { name: /^courier .*Compensated$/ }).waitFor();
    await page.getByRole('button', { name: /^charge .*Failed$/ }).click();
    const sheet = page.getByRole('complementary', { name: 'Task' });
    await sheet.getByText('the bank declined the card').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
  });

  it('retries a failed run, after it has said what that would do', async () => {
    const page = await visit.open(`/runs/${failed}`);
    await page.getByRole('status').getByText('Failed').waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The run is tried again.').waitFor();
    expect((await told(failed)).status).toBe('failed');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('status').getByText('Completed').waitFor();
    expect((await visit.standalone.result(failed)).status).toBe('completed');
  });

  it('is used with the keyboard alone', async () => {
    const page = await visit.open('/runs');
    await page
      .getByRole('link', { name: /fan-out/ })
      .first()
      .waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    const slider = page.getByRole('slider', { name: 'Moment of the run' });
    await slider.focus();
    await page.keyboard.press('Home');
    await page.waitForURL(/at=1(&|$)/);
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/at=2(&|$)/);
    await page.keyboard.press('End');
    await page.waitForURL((url) => !url.search.includes('at='));
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.waitForURL(/\/definitions$/);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Find' }).waitFor();
    await page.keyboard.type('limits');
    await page.getByRole('option', { name: /Limits/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/limits$/);
    await page.getByText('payloadBytes').waitFor();
    expect(visit.complaints).toEqual([]);
  });
});
