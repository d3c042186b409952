import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import getPort from 'get-port';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { hasProgram } from '../../e2e/support/programs.js';
import { Standalone, build, dataDirectory, endPrograms } from '../../e2e/support/standalone.js';

/** A server with the console, and a browser before it. */
export interface Visit {
  readonly standalone: Standalone;
  /** Opens a place in a window of its own; what the browser complains of is kept. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** What the browser complained of in this spec: errors of scripts, and what the policy refused. */
  readonly complaints: string[];
}

const SETTING_UP_MS = 120_000;
const BROWSER = 'chromium';

/** Describes what needs a browser: one of its own, with one server; where there is none, it is listed as skipped. */
export function describeBrowser(name: string, specs: (visit: Visit) => void): void {
  if (!hasProgram(BROWSER)) {
    return describe.skip(`${name} (needs chromium: ORRERY_TEST_INSTALL=1 installs it)`, () =>
      it('is shown', () => undefined));
  }
  describe(name, () => {
    let browser: Browser;
    let standalone: Standalone;
    const complaints: string[] = [];
    beforeAll(async () => {
      build('standalone', 'console');
      standalone = new Standalone(await dataDirectory(), await getPort());
      // As root it has no sandbox of its own; what it sees is only ours.
      const args = ['--no-sandbox', '--disable-dev-shm-usage'];
      [browser] = await Promise.all([
        chromium.launch({ executablePath: `/usr/bin/${BROWSER}`, args }),
        standalone.greeted(),
      ]);
    }, SETTING_UP_MS);
    afterAll(async () => {
      await browser.close();
      await endPrograms();
    }, SETTING_UP_MS);
    // What a window still asks for would keep the next one waiting.
    afterEach(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
      complaints.length = 0;
    });
    specs({
      complaints,
      get standalone() {
        return standalone;
      },
      async open(path, options = {}) {
        const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
        const page = await context.newPage();
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
        await page.goto(`${standalone.url}${path}`);
        return page;
      },
    });
  });
}
