import { EventEmitter, once } from 'node:events';
import { beforeAll, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeBrowser } from './support/browser.js';
import { firstRun } from './support/first-run.js';
import { seriousFaults } from './support/page-tools.js';

jest.setTimeout(120_000);

const PHONE = { viewport: { width: 375, height: 780 } };
/** How light the page is, from 0 to 255: what a browser would paint. */
const lightness = (page: Page) =>
  page.evaluate(`
    (() => {
      const paint = document.createElement('canvas').getContext('2d');
      paint.fillStyle = getComputedStyle(document.body).backgroundColor;
      paint.fillRect(0, 0, 1, 1);
      return paint.getImageData(0, 0, 1, 1).data[1];
    })()
  `) as Promise<number>;

describeBrowser('The look of the console', (visit) => {
  let places: readonly (readonly [path: string, shows: string])[];
  beforeAll(async () => {
    const undone = await firstRun(visit.standalone, 'status=compensated');
    const completed = await firstRun(visit.standalone, 'status=completed&definition=order-fulfilment');
    const run = `/runs/${undone}`;
    const both = `/runs/compare?runs=${completed},${undone}`;
    places = [
      ['/runs', 'the bank declined the card'],
      [run, 'charge'],
      [`${run}?tab=timeline`, 'waits for the next attempt'],
      [`${run}?tab=tasks`, 'giftwrap'],
      [`${run}?tab=events`, 'what was done is being undone'],
      [`${run}?tab=data`, 'Outputs of tasks'],
      [`${run}?tab=definition&task=${encodeURIComponent(`${undone}~2`)}`, 'What happened to it'],
      [`${run}?tab=compensation`, 'all of it has something that undoes it'],
      [`/runs/${completed}?tab=compensation`, 'Paper and ribbon can stay'],
      [`${both}&task=charge`, 'Open it in B'],
      [`${both}&tab=timeline`, 'waits for the next attempt'],
      [`${both}&tab=events`, 'the run is undone'],
      [`${both}&tab=data`, 'the same'],
      [`/runs/compare?runs=${undone}`, 'with which other run?'],
      ['/runs/compare', 'Choose them'],
      ['/definitions', 'order-fulfilment'],
      ['/definitions/order-fulfilment', 'What would be undone'],
      ['/definitions/order-fulfilment/start', 'From a terminal'],
      ['/tasks', 'The bank declined the card'],
      ['/queues', 'standalone'],
      ['/dead-letters', 'Nothing was set aside'],
      ['/limits', 'payloadBytes'],
      ['/nowhere', 'There is nothing here'],
    ];
  });

  it.each(['light', 'dark'] as const)(
    'is free of serious faults for who cannot see it as it is meant: %s',
    async (colorScheme) => {
      const page = await visit.open('/runs', { colorScheme, reducedMotion: 'reduce' });
      const faults: string[] = [];
      for (const [path, shows] of places) {
        await page.goto(`${visit.standalone.url}${path}`);
        await page.getByText(shows).filter({ visible: true }).first().waitFor();
        for (const fault of await seriousFaults(page)) faults.push(`${path} ${fault}`);
      }
      expect(faults).toEqual([]);
    },
  );

  it('fits a phone, and there too a run can be judged and told what to do', async () => {
    const page = await visit.open('/runs', PHONE);
    for (const [path, shows] of places) {
      await page.goto(`${visit.standalone.url}${path}`);
      await page.getByText(shows).filter({ visible: true }).first().waitFor();
      const width = await page.evaluate(
        'Math.max(...[...document.querySelectorAll("html, main")].map((e) => e.scrollWidth))',
      );
      expect([path, width]).toEqual([path, PHONE.viewport.width]);
    }
    await page.goto(`${visit.standalone.url}${places[1]![0]}`);
    await page.getByText('The bank declined the card').waitFor();
    expect(await page.getByRole('button', { name: 'Delete' }).isVisible()).toBe(true);
  });

  it('follows the system, until it is told otherwise, and remembers that', async () => {
    const page = await visit.open('/runs', { colorScheme: 'dark' });
    expect(await lightness(page)).toBeLessThan(40);
    await page.getByRole('button', { name: /The theme is system/ }).click();
    await page.getByRole('button', { name: /The theme is light/ }).waitFor();
    expect(await lightness(page)).toBeGreaterThan(230);
    await page.reload();
    await page.getByRole('button', { name: /The theme is light/ }).waitFor();
    expect(await lightness(page)).toBeGreaterThan(230);
  });

  it('says what is wrong, whom it is forbidden to, and that there is nothing yet', async () => {
    const page = await visit.open('/limits');
    const answer = (status: number, code: string, due: Promise<unknown> = Promise.resolve()) =>
      page.route('**/api/v1/workflows?*', async (route) => {
        await due;
        const problem = { title: 'Refused', status, detail: 'the gateway said no', code, retryable: false };
        return route.fulfill({ status, contentType: 'application/problem+json', json: problem });
      });
    await answer(400, 'gateway.refused');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByText('gateway.refused').waitFor();
    const askedAgain = page.waitForRequest('**/api/v1/workflows?*');
    const gateway = new EventEmitter();
    await answer(403, 'gateway.forbidden', once(gateway, 'answers'));
    await page.getByRole('button', { name: 'Try again' }).click();
    await askedAgain;
    // What is wrong stays, with its button, while it is asked again: lists do that by themselves, too.
    expect(await page.getByText('gateway.refused').isVisible()).toBe(true);
    gateway.emit('answers');
    await page.getByText('You may not see this').waitFor();
    await page.unroute('**/api/v1/workflows?*');
    await page.goto(`${visit.standalone.url}/runs?q=nothing-is-called-so`);
    await page.getByText('No run is like that').waitFor();
  });

  it('lets nothing be done that the policy of the page forbids', async () => {
    const page = await visit.open('/runs');
    await page.getByText('the bank declined the card').waitFor();
    expect(visit.complaints.filter((words) => /Content Security Policy|Refused to/.test(words))).toEqual([]);
  });
});
