import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE, type StreamId, UPCASTERS } from '@orrery/domain';
import type { FollowedCommit } from '../../kernel/follow.js';
import type { ChildRuns } from '../child-runs.js';
import { WatchForeignCommits } from './watch-foreign-commits.js';

const stream = '0190d5a8-0000-7000-8000-000000000001' as StreamId;
const commitIn = (transactionId: bigint): FollowedCommit => ({
  namespace: DEFAULT_NAMESPACE,
  stream,
  partition: 0,
  firstVersion: 1,
  lastVersion: 1,
  cursor: { transactionId, position: transactionId },
  recorded: () => [{ version: 1, at: 0, event: { type: 'WorkflowCancelled', v: 1 } }],
  commands: () => [],
});

/** A watch over lists that note what is written. */
function watching() {
  const written: bigint[] = [];
  const handle = async (commits: readonly FollowedCommit[]) => {
    written.push(...commits.map(({ cursor }) => cursor.transactionId));
    return true;
  };
  const children = { idle: () => Promise.resolve() } as ChildRuns;
  return { watch: new WatchForeignCommits({ name: 'lists', upcasters: UPCASTERS, handle }, children), written };
}

describe('what somebody else committed', () => {
  it('is not passed before it was acted on', async () => {
    const { watch, written } = watching();
    let act: (isOurs: boolean) => void = () => undefined;
    watch.onForeign = () => new Promise((resolve) => (act = resolve));
    const handled = watch.handle([commitIn(1n)], []);
    await Promise.resolve();
    expect(written).toEqual([]);
    act(true);
    expect([await handled, written]).toEqual([true, [1n]]);
  });

  it('is left to another owner, where it is one’s by now', async () => {
    const { watch, written } = watching();
    watch.onForeign = () => Promise.resolve(false);
    expect([await watch.handle([commitIn(1n)], []), written]).toEqual([false, []]);
  });

  it('is not what this process committed itself', async () => {
    const { watch, written } = watching();
    watch.onForeign = () => Promise.resolve(false);
    watch.committed({ transactionId: 1n, position: 1n });
    expect([await watch.handle([commitIn(1n)], []), written]).toEqual([true, [1n]]);
  });
});
