import { beforeAll, expect, it, jest } from '@jest/globals';
import { until } from '../e2e/support/until.js';
import { describeBrowser } from './support/browser.js';
import { firstRun } from './support/first-run.js';
import { shownStates } from './support/page-tools.js';

jest.setTimeout(60_000);

interface Told {
  readonly status: string;
  readonly version: number;
  readonly tasks: readonly { readonly key: string; readonly status: string }[];
}

interface Event {
  readonly version: number;
  readonly type: string;
  readonly data: { readonly key?: string; readonly compensation?: boolean };
}

const lower = (words: string) => words.toLowerCase();

/** Its first attempt fails, and it has no other: a retry by hand does better. */
const ONCE = {
  orrery: 'v1',
  name: 'ship-once',
  onFailure: 'fail',
  tasks: { ship: { type: 'demo.shipping.dispatch', input: { booking: 'B-1', items: [] }, retry: { maxAttempts: 1 } } },
};

describeBrowser('The console', (visit) => {
  let undone: string;
  let wrapped: string;
  let failed: string;
  const told = (id: string, version?: number) =>
    visit.standalone.get<Told>(`/workflows/${id}${version === undefined ? '' : `?atVersion=${version}`}`);

  beforeAll(async () => {
    undone = await firstRun(visit.standalone, 'status=compensated');
    wrapped = await firstRun(visit.standalone, 'status=completed&definition=order-fulfilment');
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

  it('tells in which order a run is undone, and what stays', async () => {
    const page = await visit.open(`/runs/${undone}?tab=compensation`);
    await page.getByText('2 tasks undone, the last completed first.').waitFor();
    const { items } = await visit.standalone.get<{ items: Event[] }>(`/workflows/${undone}/events?after=0`);
    const done = items.filter(({ type, data }) => type === 'TaskCompleted' && data.compensation === true);
    const shown = page.locator('.undo-steps tbody [data-row]');
    expect(await shown.allTextContents()).toEqual(done.map(({ data }) => data.key));
    await page.goto(`${visit.standalone.url}/runs/${undone}?tab=compensation&at=${done[0]!.version}`);
    await page.getByText('1 of 2 tasks undone, the last completed first.').waitFor();
    await page.goto(`${visit.standalone.url}/runs/${wrapped}?tab=compensation`);
    await page.getByText('It is completed: nothing of it is undone any more.').waitFor();
    await page.getByRole('row', { name: /giftwrap .*Paper and ribbon can stay/ }).waitFor();
  });

  it('draws every task of a large run by itself, finds one, and opens it', async () => {
    const tasks = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`resize-${at}`, { type: 'noop' }]));
    const definition = { orrery: 'v1', name: 'album', tasks };
    const { id } = await visit.standalone.post<{ id: string }>('/workflows', { definition });
    const page = await visit.open(`/runs/${id}`);
    await page.getByRole('button', { name: /^resize noop 150/ }).waitFor();
    await page.getByRole('link', { name: 'Every task by itself' }).click();
    await page.getByText('150 completed', { exact: true }).waitFor();
    const find = page.getByRole('searchbox', { name: 'Find a task in the graph' });
    await find.fill('resize-77');
    await find.press('Enter');
    // What was found stands in the middle.
    await page.getByRole('group', { name: 'Graph of the tasks' }).click();
    await page.getByRole('complementary', { name: 'Task' }).getByText('resize-77').first().waitFor();
    expect(visit.complaints).toEqual([]);
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

  it('compares two runs that were chosen, and its address is all that it needs', async () => {
    const page = await visit.open('/runs?definition=order-fulfilment');
    const boxes = page.getByRole('checkbox', { name: /Choose order-fulfilment/ });
    await boxes.nth(1).waitFor();
    await boxes.nth(0).check({ force: true });
    await boxes.nth(1).check({ force: true });
    await page.keyboard.press('c');
    await page.waitForURL(/runs\/compare\?runs=/);
    const ids = new URL(page.url()).searchParams.get('runs')!.split(',');
    const sides = await Promise.all(ids.map(async (id) => (await told(id)).tasks));
    const wanted = sides[0]!.map(({ key, status }, at) => [key, status, sides[1]![at]!.status]);
    const shown = async () => {
      const rows = await page.locator('.compared-tasks tbody tr').all();
      return Promise.all(rows.map(async (row) => (await row.locator('b, .state').allTextContents()).map(lower)));
    };
    await page.getByText(/of 5 tasks differ/).waitFor();
    expect(await shown()).toEqual(wanted);
    await page.keyboard.press('s');
    await page.waitForURL((url) => url.searchParams.get('runs') === `${ids[1]},${ids[0]}`);
    await until(async () => JSON.stringify(await shown()) === JSON.stringify(wanted.map(([key, a, b]) => [key, b, a])));
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await page.getByRole('table', { name: 'Events' }).getByText('charge is done').first().waitFor();
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await page.getByRole('table', { name: 'Input' }).getByText('"orderId"').first().waitFor();
    expect(visit.complaints).toEqual([]);
  });

  it('offers another run to compare with', async () => {
    const page = await visit.open(`/runs/${undone}`);
    await page.getByRole('link', { name: 'Compare' }).click();
    await page
      .getByRole('link', { name: /order-fulfilment, / })
      .first()
      .click();
    await page.waitForURL((url) => url.searchParams.get('runs')?.startsWith(`${undone},`) === true);
    await page.getByRole('heading', { name: 'Compare two runs' }).waitFor();
  });

  it('filters by what is typed and by what is filled in, and each filter can be taken away', async () => {
    const page = await visit.open('/runs');
    const search = page.getByRole('searchbox', { name: 'Search the runs' });
    await search.pressSequentially('definition:ship-once ');
    await page.waitForURL((url) => url.search === '?definition=ship-once');
    await until(async () => (await search.inputValue()) === '');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByLabel('Started before').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No run is like that').waitFor();
    await page.getByRole('button', { name: /Take away the filter started before/ }).click();
    await page.getByRole('link', { name: /ship-once, / }).waitFor();
    await page.getByRole('button', { name: 'Take away the filter definition ship-once' }).click();
    await page
      .getByRole('link', { name: /fan-out, / })
      .first()
      .waitFor();
  });

  it('keeps every letter that is typed while the machine is slow', async () => {
    const page = await visit.open('/runs');
    const search = page.getByRole('searchbox', { name: 'Search the runs' });
    await search.waitFor();
    const tools = await page.context().newCDPSession(page);
    await tools.send('Emulation.setCPUThrottlingRate', { rate: 20 });
    // Slower than the field waits: it searches for what there is amid the word.
    await search.pressSequentially('no such name', { delay: 270 });
    await page.waitForURL((url) => url.searchParams.get('q') === 'no such name');
  });

  it('takes moments in the zone in which it shows them', async () => {
    const page = await visit.open('/runs', { timezoneId: 'America/New_York' });
    const shownOtherwise = (now: string) => page.getByRole('button', { name: `Times are ${now}: change that` }).click();
    const openFilter = () => page.getByRole('button', { name: 'Filter', exact: true }).click();
    await shownOtherwise('relative');
    await shownOtherwise('local');
    await openFilter();
    await page.getByLabel('Started before UTC').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL((url) => url.searchParams.get('startedBefore') === '2020-01-01T00:00:00.000Z');
    await page.getByText('2020-01-01 00:00Z').waitFor();
    await shownOtherwise('utc');
    await openFilter();
    expect(await page.getByLabel('Started before local time').inputValue()).toBe('2019-12-31T19:00');
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
