import { describe, expect, it } from '@jest/globals';
import { KeepViews, Plans, RunReader, START, type Clock, followed } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
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
import { checkViews } from './check-views.js';
import { A, B, C, SAGA, complete, played, rowsOf } from './testing/histories.js';
import type { Violation } from './violation.js';

const clock: Clock = new TrueClock(new Scheduler(0, new Random(0)));

/** A log with one run in it, and lists that have come to its last commit but so many. */
async function database(behind: number) {
  const { history, plan } = played(SAGA, complete(A), complete(B), complete(C));
  const store = new MemoryLogStore(clock);
  for (const row of rowsOf(history)) await new MemoryLog(store).append([row]);
  const plans = new Plans(new MemoryDefinitionContents());
  plans.keep(DEFAULT_NAMESPACE, 'hash', plan);
  const views = new MemoryViews(new MemoryCheckpoints());
  const commits = store.committed.slice(0, store.committed.length - behind);
  const moves = [{ partition: 0, from: START, to: commits.at(-1)!.cursor }];
  await new KeepViews(views, plans, new RunReader(new MemoryLog(store), plans)).handle(commits.map(followed), moves);
  return { store, views, plans };
}

async function brokenWhen(behind: number): Promise<readonly string[]> {
  const violations: Violation[] = [];
  const { plans, ...rest } = await database(behind);
  await checkViews(rest, plans, violations);
  return violations.map(({ invariant, what }) => `${invariant} ${what.split(' ')[0]}`);
}

describe('the check of the lists', () => {
  it('finds nothing where they say what the log says', async () => {
    expect(await brokenWhen(0)).toEqual([]);
  });

  it('finds where they have not come to', async () => {
    expect(await brokenWhen(1)).toEqual(['I10 runs', 'I10 tasks', 'I10 counts']);
  });
});
