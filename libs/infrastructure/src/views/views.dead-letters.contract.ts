import { expect, it } from '@jest/globals';
import { type DeadLetterChange, START } from '@orrery/application';
import { DEFAULT_NAMESPACE, Invalid } from '@orrery/domain';
import {
  OTHER_NAMESPACE,
  PARTITION,
  T0,
  type ViewsHarness,
  allPages,
  at,
  batch,
  changedLetter,
  letter,
  runId,
} from './testing/view-batches.js';

const inDefault = { namespace: DEFAULT_NAMESPACE };
const first = { limit: 100 };

/** What the list of dead letters keeps to. */
export function deadLettersContract(harness: () => ViewsHarness): void {
  const write = (...deadLetters: readonly DeadLetterChange[]) => harness().writer.write({ ...batch(), deadLetters });
  const listed = async (filter: object = {}) =>
    (await harness().reader.listDeadLetters({ ...inDefault, ...filter }, first)).items;

  it('lists a dead letter as it was recorded', async () => {
    const id = runId();
    const recorded = { queue: 'tasks', type: 'a.b', messageId: 'm-1', bytes: 7, recordedAt: T0 } as const;
    await write(letter(id, { recorded }));
    const { recordedAt, ...said } = recorded;
    const why = { reason: 'request.invalid', detail: 'no' };
    expect(await listed()).toEqual([
      { id, status: 'waiting', version: 1, ...why, ...said, recordedAt, changedAt: T0 + 1 },
    ]);
  });

  it('moves a dead letter to higher versions only, and leaves what is not given as it is', async () => {
    const id = runId();
    await write(letter(id));
    await write(changedLetter(id, 2, { status: 'redriven' }));
    await write(letter(id), changedLetter(runId(), 2, { status: 'dropped' }));
    const recorded = { reason: 'request.invalid', bytes: 7, recordedAt: T0 };
    expect(await listed()).toMatchObject([{ id, status: 'redriven', version: 2, changedAt: T0 + 2, ...recorded }]);
    await write(changedLetter(id, 3, { why: { reason: 'workflow.not-found', detail: 'gone' } }));
    await write(changedLetter(id, 2, { status: 'dropped' }));
    expect(await listed()).toMatchObject([{ status: 'waiting', version: 3, reason: 'workflow.not-found' }]);
  });

  it('lists dead letters newest first, page by page, by status', async () => {
    const ids = Array.from({ length: 5 }, () => runId()).sort();
    const recordedAt = (time: number) => ({ ...letter(runId()).recorded!, recordedAt: time });
    await write(
      ...ids.map((id, n) =>
        letter(id, { recorded: recordedAt(n < 2 ? T0 + 1 : T0), status: n % 2 ? 'dropped' : 'waiting' }),
      ),
    );
    const [a, b, c, d, e] = ids;
    const all = await allPages((page) => harness().reader.listDeadLetters(inDefault, page), 2);
    expect(all.map(({ id }) => id)).toEqual([b, a, e, d, c]);
    expect((await listed({ status: ['waiting'] })).map(({ id }) => id)).toEqual([a, e, c]);
    expect(await listed({ status: ['redriven'] })).toEqual([]);
  });

  it('keeps dead letters of namespaces apart', async () => {
    const id = runId();
    await write(letter(id), letter(id, { namespace: OTHER_NAMESPACE, status: 'dropped' }));
    expect(await listed()).toMatchObject([{ id, status: 'waiting' }]);
    expect(await listed({ namespace: OTHER_NAMESPACE })).toMatchObject([{ id, status: 'dropped' }]);
  });

  it('tells how new the list of dead letters is, and refuses cursors of other lists', async () => {
    const { writer, reader } = harness();
    await writer.write({ ...batch(), moves: [{ partition: PARTITION, from: START, to: at(7, 8) }] });
    const { checkpoints } = await reader.listDeadLetters(inDefault, { ...first, partitions: [PARTITION] });
    expect([...checkpoints]).toEqual([[PARTITION, at(7, 8)]]);
    const cursor = Buffer.from(JSON.stringify(['runs', 1, runId()])).toString('base64url');
    await expect(reader.listDeadLetters(inDefault, { limit: 1, cursor })).rejects.toThrow(Invalid);
  });
}
