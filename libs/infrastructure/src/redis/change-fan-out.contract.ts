import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChangeFanOut, StreamKey } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';

export interface ChangeFanOutHarness {
  /** What two processes of one installation have. */
  readonly one: ChangeFanOut;
  readonly other: ChangeFanOut;
  /** What a process of another installation has. */
  readonly stranger: ChangeFanOut;
  close(): Promise<void>;
}

export const someKey = (nth: number): StreamKey => ({
  namespace: DEFAULT_NAMESPACE,
  stream: `5eed0002-0000-4000-8000-${String(nth).padStart(12, '0')}` as StreamId,
});

type Heard = [StreamKey, boolean][];

/** Listens, and resolves with what is heard once something is: what is told before that may be missed. */
export async function listening(to: ChangeFanOut, from: ChangeFanOut): Promise<Heard> {
  const heard: Heard = [];
  to.listen((...change) => void heard.push(change));
  while (heard.length === 0) {
    from.tell(someKey(0), false);
    await pause(5);
  }
  heard.length = 0;
  return heard;
}

/** What all fan-outs keep to. */
export function changeFanOutContract(name: string, open: () => Promise<ChangeFanOutHarness>): void {
  describe(name, () => {
    let harness: ChangeFanOutHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    it('tells other processes what commits, in its order, and not the one where it did', async () => {
      const { one, other } = harness;
      const here = await listening(one, other);
      const there = await listening(other, one);
      for (let nth = 1; nth <= 1_000; nth += 1) one.tell(someKey(nth), nth % 2 === 0);
      while (there.at(-1)?.[0].stream !== someKey(1_000).stream) await pause(5);
      const news = there.filter(([{ stream }]) => stream !== someKey(0).stream);
      expect(news).toEqual(Array.from({ length: 1_000 }, (_, index) => [someKey(index + 1), index % 2 === 1]));
      other.tell(someKey(2), true);
      while (here.at(-1)?.[0].stream !== someKey(2).stream) await pause(5);
      expect(here.filter(([{ stream }]) => stream !== someKey(0).stream)).toEqual([[someKey(2), true]]);
    });

    it('tells nothing to another installation', async () => {
      const { one, other, stranger } = harness;
      const foreign: Heard = [];
      stranger.listen((...change) => void foreign.push(change));
      const there = await listening(other, one);
      one.tell(someKey(1), true);
      while (there.at(-1)?.[0].stream !== someKey(1).stream) await pause(5);
      expect(foreign).toEqual([]);
    });
  });
}
