import { describe, expect, it } from '@jest/globals';
import { PauseWorkflow, ResumeWorkflow, SignalWorkflow, Unavailable } from '@orrery/domain';
import { auditLog } from './support/audit.js';
import { definition, idIn, send, story, submit } from './support/runs.js';
import { answerLate } from './support/late.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

const waits = definition({
  a: { type: 'wait', input: { signal: 'go' } },
  b: { type: 'wait', input: { signal: 'go' } },
});

/** A run of one process, and another process that is asked about it. */
async function ownerAndOther() {
  const world = new World();
  const owner = await world.process({}, { partitions: [3] }).start();
  const other = await world.process({}, { partitions: [4] }).start();
  const { id } = await submit(owner, { id: idIn(3), definition: waits });
  await settled();
  return { world, owner, other, id };
}

describe('a command that decides nothing at a process that does not own its run', () => {
  it('is not answered by what was on its way to the log before it came', async () => {
    const { world, owner, other, id } = await ownerAndOther();
    const answer = answerLate(other.log, 'append');
    const signalled = send(other, id, new SignalWorkflow({ name: 'go', payload: null }));
    await settled();
    await send(owner, id, new PauseWorkflow({}));
    const resumed = send(other, id, new ResumeWorkflow({}));
    await settled();
    answer();
    await Promise.all([signalled, resumed]);
    expect(story(world, id).slice(-2)).toEqual(['WorkflowPaused', 'WorkflowResumed']);
    auditLog(world);
  });

  it('is not answered by what was being read before it came', async () => {
    const { world, owner, other, id } = await ownerAndOther();
    const answer = answerLate(other.log, 'readStreams');
    const early = send(other, id, new ResumeWorkflow({}));
    await settled();
    await send(owner, id, new PauseWorkflow({}));
    const resumed = send(other, id, new ResumeWorkflow({}));
    await settled();
    answer();
    await Promise.all([early, resumed]);
    expect(story(world, id).slice(-2)).toEqual(['WorkflowPaused', 'WorkflowResumed']);
  });

  it('is not told that there is no run, by what was being read before there was one', async () => {
    const { owner, other } = await ownerAndOther();
    const id = idIn(3, 1);
    const answer = answerLate(other.log, 'readStreams');
    const early = send(other, id, new ResumeWorkflow({}));
    await settled();
    await submit(owner, { id, definition: waits });
    const paused = send(other, id, new PauseWorkflow({}));
    await settled();
    answer();
    await expect(early).rejects.toMatchObject({ code: 'workflow.not-found' });
    await paused;
  });
});

describe('a command that decides nothing at the process that owns its run', () => {
  it('is not answered from memory where another process wrote meanwhile, and nobody told of it', async () => {
    const { world, owner, other, id } = await ownerAndOther();
    owner.log.deaf = true;
    // The lists would tell of it, too, but for somebody else's open transaction.
    const foreign = owner.log.begin();
    await send(other, id, new PauseWorkflow({}));
    await world.advance(5_000);
    await send(owner, id, new ResumeWorkflow({}));
    expect(story(world, id).slice(-2)).toEqual(['WorkflowPaused', 'WorkflowResumed']);
    foreign.commit();
    auditLog(world);
  });

  it('waits for the log that is to say so, and is told when that cannot be reached', async () => {
    const { world, owner, id } = await ownerAndOther();
    owner.log.beforeRead = () => Promise.reject(new Unavailable('log.unreachable', 'it is away'));
    const resumed = send(owner, id, new ResumeWorkflow({}));
    await world.advance(1_000);
    owner.log.beforeRead = () => Promise.resolve();
    await world.advance(1_000);
    expect(await resumed).toMatchObject({ changed: false });
    owner.log.beforeRead = () => Promise.reject(new Unavailable('log.unreachable', 'it is away'));
    const refused = expect(send(owner, id, new ResumeWorkflow({}))).rejects.toMatchObject({ code: 'log.unavailable' });
    await world.advance(20_000);
    await refused;
  });
});
