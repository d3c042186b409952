import { describe, expect, it } from '@jest/globals';
import type { Commit } from '@orrery/application';
import type { Delivery } from '../world/records.js';
import { checkSubscribers } from './check-subscribers.js';
import { A, B, RUN, SAGA, broken, complete, played, rowsOf } from './testing/histories.js';

const { history } = played(SAGA, complete(A), complete(B));
const commits = rowsOf(history).map((row): Commit => {
  return { ...row, cursor: { transactionId: 1n, position: 1n }, recordedAt: 0 };
});
const all = history.decisions.map((recorded): Delivery => ({ stream: RUN, recorded }));
const brokenIn = (deliveries: readonly Delivery[]) =>
  broken((violations) => checkSubscribers(commits, deliveries, violations));

describe('the check of subscribers', () => {
  it('finds nothing where everything came, some of it again', () => {
    expect(all).toHaveLength(3);
    expect(brokenIn(all)).toEqual([]);
    expect(brokenIn([...all.slice(0, 2), ...all])).toEqual([]);
  });

  it('finds a commit that never came', () => {
    expect(brokenIn(all.slice(0, -1))).toEqual(['I16']);
  });

  it('finds a commit that is not in the log, or is another one there', () => {
    const { version } = history.events.at(-1)!;
    const beyond = [{ version: version + 1, at: 0, event: history.events[0]!.event }];
    expect(brokenIn([...all, { stream: RUN, recorded: beyond }])).toEqual(['I16']);
    const [first, ...rest] = all[0]!.recorded;
    const other = [{ ...first!, event: { type: 'WorkflowPaused', v: 1 } }, ...rest];
    expect(brokenIn([{ stream: RUN, recorded: other }, ...all])).toEqual(['I16']);
  });

  it('finds an order that is not that of the stream', () => {
    expect(brokenIn([all[1]!, all[0]!, all[2]!])).toEqual(['I4']);
  });
});
