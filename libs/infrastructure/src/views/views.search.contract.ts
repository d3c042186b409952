import { expect, it } from '@jest/globals';
import type { LabelFilter, RunChange, RunFilter } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import { T0, type ViewsHarness, allPages, batch, change, runId, start } from './testing/view-batches.js';

/** How runs are found by labels, by words and by when they ended. */
export function searchContract(harness: () => ViewsHarness): void {
  const write = (...runs: readonly RunChange[]) => harness().writer.write(batch(...runs));
  const filtered = (filter: Omit<RunFilter, 'namespace'>) => ({ namespace: DEFAULT_NAMESPACE, ...filter });
  const found = async (filter: Omit<RunFilter, 'namespace'>) => {
    const all = await allPages((page) => harness().reader.listRuns(filtered(filter), page), 2);
    const { counts } = await harness().reader.countRuns(filtered(filter));
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(all.length);
    return all.map(({ id }) => id);
  };
  const label = (text: string): LabelFilter => {
    const [name, value] = text.split(':');
    return { name: name!, value };
  };
  let age = 0;
  /** Each is older than the one before, so that they are listed in the order in which they are made. */
  const run = (started: Partial<RunChange['started']>, rest: Omit<Partial<RunChange>, 'started'> = {}) =>
    start(runId(), { started: { startedAt: T0 - ++age, labels: {}, ...started }, ...rest });

  it('finds runs by labels: with a value, with any, with all that are asked for', async () => {
    const a = run({ labels: { team: 'sky', tier: 'gold' } });
    const b = run({ labels: { team: 'sea', 'x/y.z': 'it\'s "50%" \\ é' } });
    const c = run({ labels: { team: 'sky' } });
    await write(a, b, c, run({}));
    const cases: [string[], RunChange[]][] = [
      [['team:sky'], [a, c]],
      [['team'], [a, b, c]],
      [['team:sky', 'tier:gold'], [a]],
      [['team:sky', 'tier'], [a]],
      [['team:SKY'], []],
      [['team:sk'], []],
      [['tea'], []],
      [['team:'], []],
      [['sky'], []],
      [['x/y.z:it\'s "50%" \\ é'], [b]],
    ];
    for (const [labels, runs] of cases) {
      expect([labels, await found({ labels: labels.map(label) })]).toEqual([labels, runs.map(({ stream }) => stream)]);
    }
  });

  it('finds runs by how words begin: of the definition, of labels, of the error', async () => {
    const error = { code: 'card.declined', message: 'Die Kreditkarte wurde ABGELEHNT (Code 51)' };
    const a = run({ definition: 'order-fulfilment', labels: { customer: 'Ada Lovelace' } });
    const b = run({ definition: 'refund' }, { status: 'failed', error });
    const c = run({ definition: 'order_v2', labels: { city: 'Zürich' } });
    await write(a, b, c);
    const cases: [string, RunChange[]][] = [
      ['order', [a, c]],
      ['ORDER ful', [a]],
      ['fulfil order', [a]],
      ['lace', []],
      ['love ada', [a]],
      ['customer', [a]],
      ['declined', [b]],
      ['abgelehnt 51', [b]],
      ['zürich', [c]],
      ['ZÜR', [c]],
      ['order refund', []],
      ['  ', []],
      ["'!&|:*\\", []],
    ];
    for (const [q, runs] of cases) expect([q, await found({ q })]).toEqual([q, runs.map(({ stream }) => stream)]);
  });

  it('finds a run by how its id begins', async () => {
    const id = 'abcdef01-2345-4678-89ab-cdef01234567' as StreamId;
    await write(start(id), start('abcdef01-ffff-4678-89ab-cdef01234567' as StreamId), start(runId()));
    expect(await found({ q: ' ABCDEF01-2345 ' })).toEqual([id]);
    expect(await found({ q: id })).toEqual([id]);
    expect(await found({ q: 'abcdef01' })).toHaveLength(2);
    expect(await found({ q: 'abcdef01-' })).toHaveLength(2);
    // Too short to be an id's beginning, or none at all.
    for (const q of ['abc', 'abcdef012', 'abcdef01-23456']) expect(await found({ q })).toEqual([]);
  });

  it('finds a run by the error that it has now', async () => {
    const id = run({ definition: 'order', labels: { oom: 'yes' } });
    const failed = (message: string) => ({ error: { code: 'x', message } });
    await write({ ...id, ...failed('out of memory, oom') });
    expect(await found({ q: 'memory' })).toEqual([id.stream]);
    await write(change(id.stream, 2, failed('disk full')));
    expect([await found({ q: 'memory' }), await found({ q: 'disk' })]).toEqual([[], [id.stream]]);
    await write(change(id.stream, 3, { status: 'running' }));
    expect(await found({ q: 'disk' })).toEqual([id.stream]);
    await write(change(id.stream, 4, { error: null }));
    expect(await found({ q: 'disk' })).toEqual([]);
    for (const q of ['oom', 'order', 'order oom']) expect([q, await found({ q })]).toEqual([q, [id.stream]]);
    expect(await found({ labels: [label('oom:yes')] })).toEqual([id.stream]);
  });

  it('finds runs that ended before a time, and combines that with all else', async () => {
    const ended = (endedAt: number, started: Partial<RunChange['started']> = {}) =>
      run(started, { status: 'completed', endedAt });
    const [a, b, c] = [ended(T0 + 1), ended(T0 + 2, { labels: { team: 'sky' } }), ended(T0 + 3)];
    await write(a, b, c, run({ labels: { team: 'sky' } }));
    expect(await found({ endedBefore: T0 + 3 })).toEqual([a.stream, b.stream]);
    const all = { endedBefore: T0 + 3, q: 'sky', labels: [label('team')], definition: 'order' };
    expect(await found(all)).toEqual([b.stream]);
    expect(await found({ endedBefore: T0 + 3, status: ['running'] })).toEqual([]);
    const { startedAt: startedBefore } = b.started!;
    expect(await found({ q: 'sky', status: ['running', 'completed'], startedBefore })).toHaveLength(1);
  });

  it('takes any text for a search', async () => {
    const odd = ['\u0000', '\ud800', 'x'.repeat(5_000), '\u0000 a\ud800b', '𝔘𝔫𝔦 ﬁ', "' | 'a", '日本語'];
    await write(...odd.map((text) => run({ labels: { text }, definition: text })));
    for (const q of odd) expect(await found({ q, labels: [{ name: 'text', value: q }] })).toEqual(expect.any(Array));
    expect(await found({ q: 'uni fi' })).toHaveLength(1);
    expect(await found({ q: '日本' })).toHaveLength(1);
    expect(await found({ q: 'x'.repeat(900) })).toHaveLength(1);
  });
}
