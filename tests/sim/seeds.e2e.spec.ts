import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { build } from '../e2e/support/standalone.js';

const run = promisify(execFile);
const MINUTES_10 = 600_000;

beforeAll(() => build('sim'), 60_000);

/** `npm run sim` without npm; what its last line says. What does not hold, it says before that. */
async function sim(...args: readonly string[]): Promise<Record<string, number>> {
  const options = { maxBuffer: 16 * 1_048_576, timeout: MINUTES_10 };
  const tool = ['--max-semi-space-size=64', 'dist/sim.mjs'];
  const { stdout } = await run(process.execPath, [...tool, ...args], options).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, number>;
}

describe('the simulation', () => {
  it(
    'finds every promise kept in 2,000 seeds, every 50th of which is run twice',
    async () => {
      const startedAt = performance.now();
      const { seeds, steps, violations } = await sim('--from', '0', '--seeds', '2000');
      const seconds = (performance.now() - startedAt) / 1_000;
      process.stdout.write(`${steps} steps of ${seeds} seeds in ${Math.round(seconds)} s\n`);
      expect({ seeds, violations }).toEqual({ seeds: 2_000, violations: 0 });
      expect(steps).toBeGreaterThanOrEqual(2_000_000);
    },
    MINUTES_10,
  );

  it(
    'finds every fault that is planted, each within 1,500 seeds',
    async () => {
      const { planted, found } = await sim('--planted');
      expect(found).toBe(planted);
      expect(planted).toBeGreaterThanOrEqual(49);
    },
    MINUTES_10,
  );
});
