import { describe, expect, it } from '@jest/globals';
import { type HandedTask, type PollRequest, poll } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { definition, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { type Process, World } from './support/world.js';

const wide = (count: number, task: object = {}) =>
  definition(Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, task])));

async function open() {
  const world = new World();
  const process = await world.process().start();
  return { world, process };
}

function ask(
  { orchestration }: Process,
  request: Partial<PollRequest> = {},
  abandoned = (_: () => void): void => undefined,
) {
  const whole = { namespace: DEFAULT_NAMESPACE, workerId: 'polls', types: ['work'], max: 1, waitMs: 5_000, ...request };
  const answer: { tasks?: readonly HandedTask[] } = {};
  const { dispatcher, ports } = orchestration;
  void poll(whole, dispatcher, ports.clock, abandoned).then((tasks) => (answer.tasks = tasks));
  return answer;
}

describe('a poll', () => {
  it('is answered with what waits, at most so much', async () => {
    const { process } = await open();
    await submit(process, wide(5));
    const answer = ask(process, { max: 3 });
    await settled();
    expect(answer.tasks?.map(({ key }) => key)).toEqual(['t0', 't1', 't2']);
  });

  it('waits for something to do, and is answered with nothing when its time is over', async () => {
    const { world, process } = await open();
    const [early, late] = [ask(process), ask(process, { waitMs: 60_000 })];
    await world.advance(4_999);
    expect(early.tasks).toBeUndefined();
    await world.advance(1);
    expect(early.tasks).toEqual([]);
    await submit(process, wide(1));
    await settled();
    expect(late.tasks).toHaveLength(1);
    expect(ask(process, { waitMs: 0 }).tasks).toBeUndefined();
  });

  it('that nobody waits for from the start leaves no worker behind, who would seem to take what others can do', async () => {
    const { process } = await open();
    const gone = ask(process, {}, (callback) => callback());
    await settled();
    expect(gone.tasks).toEqual([]);
    expect([...process.orchestration.dispatcher.connected()].filter(({ workerId }) => workerId === 'polls')).toEqual(
      [],
    );
  });

  it('that nobody waits for any more gets nothing', async () => {
    const { process } = await open();
    const leave: (() => void)[] = [];
    const gone = ask(process, {}, (callback) => void leave.push(callback));
    await settled();
    leave[0]!();
    const stays = ask(process);
    await submit(process, wide(1));
    await settled();
    expect(gone.tasks).toEqual([]);
    expect(stays.tasks).toHaveLength(1);
  });

  it('gives back what it cannot take, when the run had to be read first', async () => {
    const { process } = await open();
    const runs = [await submit(process, wide(1)), await submit(process, wide(1))];
    await settled();
    process.orchestration.kernel.aggregates.dropIdle(() => true);
    const first = ask(process, { max: 1, waitMs: 100 });
    await settled();
    const second = ask(process, { max: 1 });
    await settled();
    expect([first, second].map(({ tasks }) => tasks?.length)).toEqual([1, 1]);
    expect(new Set([...first.tasks!, ...second.tasks!].map(({ workflowId }) => workflowId))).toEqual(
      new Set(runs.map(({ id }) => id)),
    );
  });

  it('does not take with it what it left before its run was read', async () => {
    const { world, process } = await open();
    await submit(process, wide(1));
    await settled();
    process.orchestration.kernel.aggregates.dropIdle(() => true);
    process.log.beforeRead = () => new Promise((resolve) => world.clock.after(1_000, resolve));
    const leave: (() => void)[] = [];
    ask(process, {}, (callback) => void leave.push(callback));
    await settled();
    leave[0]!();
    const next = ask(process, { waitMs: 60_000 });
    await world.advance(3_000);
    expect(next.tasks).toHaveLength(1);
  });

  it('waits on while a run cannot be read', async () => {
    const { world, process } = await open();
    await submit(process, wide(1));
    await settled();
    process.orchestration.kernel.aggregates.dropIdle(() => true);
    let failures = 3;
    process.log.beforeRead = async () => {
      if (failures-- > 0) throw new Error('not now');
    };
    const answer = ask(process, { waitMs: 20_000 });
    await world.advance(5_000);
    expect(answer.tasks).toHaveLength(1);
  });
});
