import { afterEach, beforeEach, describe } from '@jest/globals';
import { appendContract } from './log.append.contract.js';
import { concurrencyContract } from './log.concurrency.contract.js';
import { forgetContract } from './log.forget.contract.js';
import type { LogHarness, OpenLog } from './log.harness.js';
import { readContract } from './log.read.contract.js';

/** What every log keeps to, in memory and in PostgreSQL. */
export function logContract(name: string, open: OpenLog): void {
  describe(name, () => {
    let harness: LogHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    appendContract(() => harness);
    readContract(() => harness);
    concurrencyContract(() => harness);
    forgetContract(() => harness);
  });
}
