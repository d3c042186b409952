import { describe, expect, it } from '@jest/globals';
import { GENESIS, type NewCommit } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace, type StreamId } from '@orrery/domain';
import { type LogHarness, everything, keysOf, row, streamId } from './log.harness.js';

/** What is left of a stream whose rows but the last are removed. */
export function forgetContract(harness: () => LogHarness): void {
  const other = 'other' as Namespace;
  const append = async (stream: StreamId, namespace = DEFAULT_NAMESPACE) => {
    const chain: NewCommit[] = [];
    for (let firstVersion = 1; firstVersion <= 4; firstVersion++) {
      chain.push(row({ stream, namespace, firstVersion, previous: chain.at(-1)?.hash ?? GENESIS }));
      await harness().log.append([chain.at(-1)!]);
    }
    return chain;
  };

  describe('forgetAllButLast', () => {
    it('leaves the last row as it is, and every other stream', async () => {
      const { log } = harness();
      const [one, two] = [streamId(), streamId()];
      const [kept] = [await append(one), await append(one, other), await append(two)].map((chain) => chain.at(-1)!);
      const key = { namespace: DEFAULT_NAMESPACE, stream: one };
      await log.forgetAllButLast([key, { ...key, stream: streamId() }]);
      const [last, ...more] = await log.readStream(key, 0, 10);
      expect(more).toEqual([]);
      expect(last).toMatchObject({ firstVersion: 4, lastVersion: 4, events: kept!.events });
      expect(Buffer.from(last!.hash).equals(Buffer.from(kept!.hash))).toBe(true);
      expect(await log.readStreams([{ ...key, version: 0 }])).toHaveLength(1);
      expect(keysOf(await everything(harness())).filter((name) => name.includes(one))).toHaveLength(5);
      expect(await log.readStream({ ...key, namespace: other }, 0, 10)).toHaveLength(4);
    });

    it('changes nothing the second time, and forgets nothing when given nothing', async () => {
      const { log } = harness();
      const key = { namespace: DEFAULT_NAMESPACE, stream: streamId() };
      await append(key.stream);
      await log.forgetAllButLast([]);
      expect(await everything(harness())).toHaveLength(4);
      for (let time = 0; time < 2; time++) {
        await log.forgetAllButLast([key]);
        expect(await everything(harness())).toHaveLength(1);
      }
    });
  });
}
