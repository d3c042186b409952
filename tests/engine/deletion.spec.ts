import { describe, expect, it } from '@jest/globals';
import {
  GetWorkflow,
  GetWorkflowEvents,
  ListWorkflows,
  type OrchestrationPorts,
  SubmitDeletion,
  SubmitDefinition,
} from '@orrery/application';
import { CancelWorkflow, DEFAULT_NAMESPACE, PauseWorkflow, type StreamId } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { definition, idIn, keyIn, result, send, story, submit } from './support/runs.js';
import { ANONYMOUS, type Process, World } from './support/world.js';

const MINUTE_MS = 60_000;
const noop = definition({ a: { type: 'noop' } }, { name: 'greets' });
const waits = definition({ a: { type: 'nobody.does' } });

async function open(keeping?: OrchestrationPorts['keeping']) {
  const world = new World();
  const process = await world.process({}, { keeping }).start();
  return { world, process };
}

const remove = ({ orchestration }: Process, id: StreamId, context = {}) =>
  orchestration.commandHandlers.submitDeletion.execute(new SubmitDeletion({ ...ANONYMOUS, ...context }, id));
const listed = async ({ orchestration }: Process) => {
  const listing = new ListWorkflows(ANONYMOUS, { filter: {}, page: { limit: 100 } });
  return (await orchestration.queryHandlers.listWorkflows.execute(listing)).items.map(({ id }) => id);
};
const rowsOf = ({ store }: World, id: StreamId) => store.stream(keyIn(id)).length;

/** Everything that can be asked of a run, or done to it, says that it was deleted. */
async function expectGone(process: Process, id: StreamId) {
  const { getWorkflow, getWorkflowEvents } = process.orchestration.queryHandlers;
  const asked = [
    () => result(process, id),
    () => getWorkflow.execute(new GetWorkflow(ANONYMOUS, id)),
    () => getWorkflow.execute(new GetWorkflow(ANONYMOUS, id, undefined, 1)),
    () => getWorkflowEvents.execute(new GetWorkflowEvents(ANONYMOUS, id, 0, 10)),
    () => send(process, id, new CancelWorkflow({})),
    () => send(process, id, new PauseWorkflow({})),
    () => submit(process, { id, definition: noop }),
    () => submit(process, { id, definition: waits, input: 'another' }),
  ];
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'workflow.deleted' });
}

describe('a deleted run', () => {
  it('is gone from lists, and for whoever asks for it', async () => {
    const { world, process } = await open();
    const { id } = await submit(process, { id: idIn(3), definition: noop });
    await result(process, id);
    const { position, changed } = await remove(process, id);
    expect([changed, story(world, id).at(-1)]).toEqual([true, 'WorkflowDeleted']);
    await expectGone(process, id);
    const again = await remove(process, id);
    expect(again).toEqual({ changed: false, position: { ...position } });
    await world.advance(1_000);
    expect(await listed(process)).toEqual([]);
    auditLog(world);
    await auditViews(world);
    expect(process.errors).toEqual([]);
  });

  it('must have ended, and must have been', async () => {
    const { process } = await open();
    const { id } = await submit(process, waits);
    await expect(remove(process, id)).rejects.toMatchObject({ code: 'workflow.not-ended' });
    await expect(remove(process, idIn(1))).rejects.toMatchObject({ code: 'workflow.not-found' });
    const stale = remove(process, id, { ifMatch: 1 });
    await expect(stale).rejects.toMatchObject({ code: 'workflow.not-ended' });
  });

  it('is deleted once, however many ask for it at once', async () => {
    const { world, process } = await open();
    const { id } = await submit(process, { id: idIn(3), definition: noop });
    await result(process, id);
    const answers = await Promise.all(Array.from({ length: 10 }, () => remove(process, id)));
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
    expect(story(world, id).filter((type) => type === 'WorkflowDeleted')).toHaveLength(1);
  });

  it('is deleted at the version that its reader knows, or not at all', async () => {
    const { process } = await open();
    const { id, position } = await submit(process, noop);
    await expect(remove(process, id, { ifMatch: 1 })).rejects.toMatchObject({ code: 'version.mismatch' });
    expect(await remove(process, id, { ifMatch: position.version })).toMatchObject({ changed: true });
  });

  it('is not brought back by the key that started it', async () => {
    const { world, process } = await open({ deletedRunsMs: MINUTE_MS });
    const text = JSON.stringify(noop);
    const register = new SubmitDefinition(ANONYMOUS, { text, format: 'json' });
    await process.orchestration.commandHandlers.submitDefinition.execute(register);
    const begin = () => submit(process, { definition: 'greets' }, { idempotencyKey: 'k' });
    const { id } = await begin();
    await result(process, id);
    await remove(process, id);
    await expect(begin()).rejects.toMatchObject({ code: 'workflow.deleted' });
    await world.advance(3 * MINUTE_MS);
    expect(rowsOf(world, id)).toBe(1);
    await expect(begin()).rejects.toMatchObject({ code: 'workflow.deleted' });
  });

  it('keeps its events for a time, and its last row for good', async () => {
    const { world, process } = await open({ deletedRunsMs: 10 * MINUTE_MS });
    const { id } = await submit(process, { id: idIn(3), definition: waits });
    await send(process, id, new CancelWorkflow({}));
    await world.advance(1_000);
    const { position } = await remove(process, id);
    const before = rowsOf(world, id);
    expect(before).toBeGreaterThan(2);
    await world.advance(9 * MINUTE_MS);
    expect(rowsOf(world, id)).toBe(before);
    await world.advance(3 * MINUTE_MS);
    expect(world.store.stream(keyIn(id))).toMatchObject([{ lastVersion: position.version }]);
    await expectGone(process, id);
    expect(await remove(process, id)).toEqual({ position, changed: false });
    auditLog(world);
    await auditViews(world);
    expect(process.errors).toEqual([]);
  });

  it('is gone for a process that takes over, before and after its events are', async () => {
    const { world, process } = await open({ deletedRunsMs: MINUTE_MS });
    const { id } = await submit(process, { id: idIn(3), definition: noop });
    await result(process, id);
    await remove(process, id);
    process.crash();
    const second = await world.process({}, { keeping: { deletedRunsMs: MINUTE_MS } }).start();
    await expectGone(second, id);
    await world.advance(5 * MINUTE_MS);
    expect(rowsOf(world, id)).toBe(1);
    second.crash();
    const third = await world.process().start();
    await expectGone(third, id);
    expect([...second.errors, ...third.errors]).toEqual([]);
  });

  it('stays whole or is cleaned up whole, wherever the cleaning was broken off', async () => {
    for (const broken of ['remove', 'forgetAllButLast', 'forgetDeleted'] as const) {
      const { world, process } = await open({ deletedRunsMs: MINUTE_MS });
      const { id } = await submit(process, { id: idIn(3), definition: noop });
      await result(process, id);
      await remove(process, id);
      const before = rowsOf(world, id);
      const place = { remove: world.snapshots, forgetAllButLast: process.log, forgetDeleted: world.views }[broken];
      const steps = place as unknown as Record<string, () => Promise<void>>;
      const step = steps[broken]!;
      steps[broken] = () => Promise.reject(new Error('the process is gone'));
      await world.advance(3 * MINUTE_MS);
      expect([broken, rowsOf(world, id)]).toEqual([broken, broken === 'forgetDeleted' ? 1 : before]);
      expect(process.errors.length).toBeGreaterThan(0);
      steps[broken] = step;
      await world.advance(3 * MINUTE_MS);
      expect(rowsOf(world, id)).toBe(1);
      expect(await world.views.deletedRuns([3], Infinity, 10)).toEqual([]);
      await expectGone(process, id);
    }
  });

  it('keeps its events as long as anybody has still to read them', async () => {
    const { world, process } = await open({ deletedRunsMs: MINUTE_MS });
    const from = { transactionId: 0n, position: 0n };
    const slow = { partition: 3, from, to: { transactionId: 0n, position: 1n } };
    await world.checkpoints.move('a slow feed', [slow]);
    const { id } = await submit(process, { id: idIn(3), definition: noop });
    await result(process, id);
    await remove(process, id);
    await world.advance(10 * MINUTE_MS);
    expect(rowsOf(world, id)).toBeGreaterThan(1);
    await world.checkpoints.move('a slow feed', [{ ...slow, from: slow.to, to: world.store.committed.at(-1)!.cursor }]);
    await world.advance(2 * MINUTE_MS);
    expect(rowsOf(world, id)).toBe(1);
  });
});

describe('a run that ended long ago', () => {
  it('stays, unless runs are kept for a time only', async () => {
    const { world, process } = await open();
    const { id } = await submit(process, noop);
    await world.advance(30 * MINUTE_MS);
    expect(await listed(process)).toEqual([id]);
  });

  it('is deleted when its time is over, a hundred a second, and nothing else is', async () => {
    const { world, process } = await open({ endedRunsMs: 10 * MINUTE_MS });
    const all = await Promise.all(Array.from({ length: 250 }, () => submit(process, noop)));
    const waiting = await submit(process, waits);
    await world.advance(9 * MINUTE_MS);
    const { counts } = await process.orchestration.ports.viewReader.countRuns({ namespace: DEFAULT_NAMESPACE });
    expect(counts).toEqual({ completed: 250, running: 1 });
    await world.advance(3 * MINUTE_MS);
    expect(await listed(process)).toEqual([waiting.id]);
    for (const { id } of all.slice(0, 3))
      await expect(result(process, id)).rejects.toMatchObject({ code: 'workflow.deleted' });
    expect(process.errors).toEqual([]);
  });
});
