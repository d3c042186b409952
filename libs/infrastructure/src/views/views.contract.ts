import { afterEach, beforeEach, describe } from '@jest/globals';
import type { OpenViews, ViewsHarness } from './testing/view-batches.js';
import { deadLettersContract } from './views.dead-letters.contract.js';
import { deletionContract } from './views.deletion.contract.js';
import { namespacesContract } from './views.namespaces.contract.js';
import { readContract } from './views.read.contract.js';
import { searchContract } from './views.search.contract.js';
import { takeOverContract } from './views.take-over.contract.js';
import { writeContract } from './views.write.contract.js';

/** What the views keep to, in memory and in PostgreSQL. */
export function viewsContract(name: string, open: OpenViews): void {
  describe(name, () => {
    let harness: ViewsHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    writeContract(() => harness);
    readContract(() => harness);
    searchContract(() => harness);
    deadLettersContract(() => harness);
    deletionContract(() => harness);
    takeOverContract(() => harness);
    namespacesContract(() => harness);
  });
}
