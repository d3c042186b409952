import { describe, expect, it } from '@jest/globals';
import { KeepViews, Plans, RunReader, START, followed } from '@orrery/application';
import { DEFAULT_NAMESPACE, RetryWorkflow } from '@orrery/domain';
import {
  MemoryCheckpoints,
  MemoryDefinitionContents,
  MemoryLog,
  MemoryLogStore,
  MemoryViews,
} from '@orrery/infrastructure/memory';
import { Random } from '../kernel/random.js';
import { Scheduler } from '../kernel/scheduler.js';
import { TrueClock } from '../world/true-clock.js';
import { type Folded, checkRows } from './check-rows.js';
import { checkReplay } from './check-replay.js';
import { type Played, A, B, RUN, SAGA, complete, fail, fire, played, rowsOf } from './testing/histories.js';
import type { Violation } from './violation.js';

/** An optional task beside one whose failure stops the run. */
const BESIDE = {
  orrery: 'v1',
  name: 'beside',
  tasks: {
    a: { type: 'work', optional: true, retry: { maxAttempts: 1 } },
    b: { type: 'work', retry: { maxAttempts: 1 } },
  },
};

/** The lists of one run, of which so many commits are written at a time. */
async function listsOf({ history, plan }: Played, atOnce = Infinity): Promise<MemoryViews> {
  const store = new MemoryLogStore(new TrueClock(new Scheduler(0, new Random(0))));
  for (const row of rowsOf(history)) await new MemoryLog(store).append([row]);
  const plans = new Plans(new MemoryDefinitionContents());
  plans.keep(DEFAULT_NAMESPACE, 'hash', plan);
  const views = new MemoryViews(new MemoryCheckpoints());
  const keep = new KeepViews(views, plans, new RunReader(new MemoryLog(store), plans));
  let from = START;
  for (let first = 0; first < store.committed.length; first += atOnce) {
    const batch = store.committed.slice(first, first + atOnce).map(followed);
    const { cursor: to } = batch.at(-1)!;
    await keep.handle(batch, [{ partition: 0, from, to }]);
    from = to;
  }
  return views;
}

const foldedOf = ({ history, decider, plan }: Played): Folded => {
  return { state: checkReplay(history, { decider, remembered: [] }, []), plan };
};

async function brokenBy(
  listed: Played,
  runs: ReadonlyMap<string, Folded>,
  atOnce?: number,
): Promise<readonly string[]> {
  const violations: Violation[] = [];
  await checkRows(await listsOf(listed, atOnce), runs, violations);
  return violations.map(({ what }) => what);
}

describe('the check of rows', () => {
  const running = played(SAGA, complete(A), fail(B));
  const failed = played(SAGA, complete(A), fail(B), fire(), fail(B, 2));

  it('finds nothing where what is listed is what is', async () => {
    for (const run of [running, failed]) expect(await brokenBy(run, new Map([[RUN, foldedOf(run)]]))).toEqual([]);
  });

  it('finds a run, and a task, that stand otherwise', async () => {
    expect(await brokenBy(running, new Map([[RUN, foldedOf(failed)]]))).toEqual([
      'it is listed as running, and is compensating',
      'its tasks are listed as "1 waiting", and are "1 failed, 3 queued"',
    ]);
  });

  it('finds a task that counts as ended, and is not', async () => {
    const { state, plan } = foldedOf(running);
    expect(await brokenBy(running, new Map([[RUN, { state: { ...state, outputs: {} }, plan }]]))).toEqual([
      '1 of 3 of its tasks are listed as ended, and it is 0 of 3',
    ]);
  });

  it('finds a run that is not listed', async () => {
    const two = new Map([RUN, 'another'].map((id) => [id, foldedOf(running)]));
    expect(await brokenBy(running, two)).toEqual(['1 of 2 are listed']);
  });
});

describe('the count of tasks that ended', () => {
  const retried = [fail(B), fail(A), new RetryWorkflow({})];
  const runs = {
    'an optional task that failed while its run stopped': played(BESIDE, fail(B), fail(A)),
    'one that failed again after a retry by hand': played(BESIDE, ...retried, fail(A, 2), complete(B, 2)),
    'one that was done after it': played(BESIDE, ...retried, complete(A, 2), complete(B, 2)),
    'one that failed before its run stopped': played(BESIDE, fail(A), fail(B), new RetryWorkflow({}), complete(B, 2)),
  };

  it.each(Object.entries(runs))('is true of %s, however its commits are cut', async (_, run) => {
    for (const atOnce of [1, 2, 3, 4, Infinity]) {
      expect(await brokenBy(run, new Map([[RUN, foldedOf(run)]]), atOnce)).toEqual([]);
    }
  });
});
