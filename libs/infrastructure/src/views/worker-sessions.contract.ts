import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionRow, WorkerSessions } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace } from '@orrery/domain';

export interface SessionsHarness {
  readonly sessions: WorkerSessions;
  close(): Promise<void>;
}

const T0 = 1_700_000_000_000;
const other = 'other' as Namespace;

function session(workerId: string, rest: Partial<SessionRow> = {}): SessionRow {
  return {
    namespace: DEFAULT_NAMESPACE,
    workerId,
    types: ['mail.send', 'card "charge"'],
    transport: 'poll',
    slots: 10,
    lastSeenAt: T0,
    ...rest,
  };
}

/** What every store of workers' sessions keeps to. */
export function workerSessionsContract(name: string, open: () => Promise<SessionsHarness>): void {
  describe(name, () => {
    let harness: SessionsHarness;
    const seen = async (since = 0) => {
      const rows = [...(await harness.sessions.seenSince(since))];
      return rows.sort((a, b) => (`${a.namespace}/${a.workerId}` < `${b.namespace}/${b.workerId}` ? -1 : 1));
    };
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    it('gives back what was saved', async () => {
      const rows = [session('a'), session('b', { types: [], transport: 'stream', slots: 1 })];
      await harness.sessions.save(rows);
      expect(await seen()).toEqual(rows);
    });

    it('saves a session over what it was', async () => {
      await harness.sessions.save([session('a'), session('b')]);
      const later = session('a', { types: ['http'], transport: 'stream', slots: 3, lastSeenAt: T0 + 5 });
      await harness.sessions.save([later]);
      expect(await seen()).toEqual([later, session('b')]);
    });

    it('keeps the last of a session that is saved twice at once', async () => {
      await harness.sessions.save([session('a'), session('a', { slots: 4 })]);
      expect(await seen()).toEqual([session('a', { slots: 4 })]);
    });

    it('saves nothing', async () => {
      await harness.sessions.save([]);
      expect(await seen()).toEqual([]);
    });

    it('tells those seen since a time', async () => {
      await harness.sessions.save([1, 2, 3].map((n) => session(`w${n}`, { lastSeenAt: T0 + n })));
      expect((await seen(T0 + 2)).map(({ workerId }) => workerId)).toEqual(['w2', 'w3']);
      expect(await seen(T0 + 4)).toEqual([]);
    });

    it('removes a session of one namespace', async () => {
      await harness.sessions.save([session('a'), session('a', { namespace: other }), session('b')]);
      await harness.sessions.remove(DEFAULT_NAMESPACE, 'a');
      await harness.sessions.remove(DEFAULT_NAMESPACE, 'nobody');
      expect(await seen()).toEqual([session('b'), session('a', { namespace: other })]);
    });

    it('keeps namespaces apart', async () => {
      await harness.sessions.save([session('a', { slots: 1 }), session('a', { namespace: other, slots: 2 })]);
      expect((await seen()).map(({ namespace, slots }) => [namespace, slots])).toEqual([
        [DEFAULT_NAMESPACE, 1],
        [other, 2],
      ]);
    });

    it('is not stopped by what no text can hold', async () => {
      await harness.sessions.save([session('a\u0000', { types: ['b\u0000'] })]);
      expect(await seen()).toEqual([session('a\ufffd', { types: ['b\u0000'] })]);
      await harness.sessions.remove(DEFAULT_NAMESPACE, 'a\u0000');
      expect(await seen()).toEqual([]);
    });
  });
}
