import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** What axe finds serious or critical on a page, each with where it is. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    readonly violations: readonly Violation[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** The state of every task, as the table of tasks shows it. */
export async function shownStates(page: Page): Promise<Readonly<Record<string, string>>> {
  const cells = await page.evaluate(`
    [...document.querySelectorAll('[role=table] [role=row]')].slice(1).map((row) => [...row.children].map((cell) => cell.textContent))
  `);
  const pairs = (cells as readonly (readonly string[])[]).map(([state = '', key = '']) => [key, state.toLowerCase()]);
  return Object.fromEntries(pairs) as Record<string, string>;
}
