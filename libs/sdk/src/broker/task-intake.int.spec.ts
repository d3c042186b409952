import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BrokerNames } from './names.js';
import { TaskIntake } from './task-intake.js';
import { fakeLine } from './task-intake.harness.js';

/** Longer than what is unread may lie with a worker that is full. */
const LONG_MS = 400;

let opened: Awaited<ReturnType<typeof fakeLine>>;
let intake: TaskIntake;
let begun: string[];
let ended: number;
let malformed: string[];
let announced: string[][];
let types: string[];
beforeEach(async () => {
  opened = await fakeLine();
  [begun, ended, malformed, announced, types] = [[], 0, [], [], ['work']];
  intake = new TaskIntake({
    names: new BrokerNames('test'),
    types,
    concurrency: 2,
    room: () => 2 - (begun.length - ended),
    begin: ({ task }) => void begun.push(task.id),
    announce: () => void announced.push(intake.taken.map(({ task }) => task.id)),
    onBroken: (error) => {
      throw error;
    },
    onMalformed: (why) => void malformed.push(why),
  });
  await intake.attach(opened.line);
});

const end = (count: number) => {
  ended += count;
  intake.pump();
};

describe('What a worker reads from its queue', () => {
  it('is begun when there is room, and acknowledged then', () => {
    const { channel } = opened;
    expect(channel.declared).toEqual(['test.tasks.refused', 'test.tasks.default.work']);
    for (const name of ['a', 'b', 'c']) channel.bring(name);
    expect([begun, channel.acked]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    end(1);
    expect(channel.acked).toEqual(['a', 'b', 'c']);
  });

  it('is in hand as a whole when one of it is begun', () => {
    const { channel } = opened;
    channel.bring('a', 'b', 'c', 'd');
    expect(begun).toEqual(['a', 'b']);
    expect(intake.taken.map(({ task, owner }) => [task.id, owner])).toEqual([
      ['c', 'owner'],
      ['d', 'owner'],
    ]);
    channel.bring('e');
    end(2);
    expect([begun, channel.acked]).toEqual([['a', 'b', 'c', 'd'], ['a']]);
    end(2);
    expect([begun.at(-1), channel.acked]).toEqual(['e', ['a', 'e']]);
  });

  it('is acknowledged and announced before it begins, where another had it before and is gone', async () => {
    const { channel } = opened;
    channel.bringAgain('a');
    expect([begun, channel.acked, announced]).toEqual([[], ['a'], [['a']]]);
    await pause(0);
    await pause(0);
    expect([begun, intake.taken]).toEqual([['a'], []]);
  });

  it('goes back for others where all slots are taken for long, until one is free', async () => {
    const { channel } = opened;
    for (const name of ['a', 'b', 'c', 'd']) channel.bring(name);
    await pause(LONG_MS);
    expect([channel.back, channel.readers.size]).toEqual([['c', 'd'], 0]);
    end(1);
    await pause(0);
    expect(channel.bring('c')).toBe(true);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('goes back when the worker is to stop, and nothing new is taken', async () => {
    const { channel } = opened;
    for (const name of ['a', 'b', 'c']) channel.bring(name);
    const [late] = channel.readers.values();
    intake.leave();
    late!.onMessage({ content: Buffer.from('late'), properties: {}, fields: {} } as never);
    expect(channel.back).toEqual(['c', 'late']);
    end(2);
    await pause(0);
    expect([begun, channel.readers.size]).toEqual([['a', 'b'], 0]);
  });

  it('is nothing to a connection that is gone', async () => {
    const { channel, state } = opened;
    for (const name of ['a', 'b', 'c']) channel.bring(name);
    state.isOpen = false;
    intake.detach();
    end(2);
    expect([begun, channel.acked]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    const next = await fakeLine();
    await intake.attach(next.line);
    next.channel.bring('c');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('is not brought to a worker that steps out of the line while it is still stepping in', async () => {
    const { channel, line } = await fakeLine();
    intake.detach();
    const { assertQueue } = channel;
    let declare: () => void = () => undefined;
    channel.assertQueue = async (queue) => {
      if (queue.endsWith('slow')) await new Promise<void>((resolve) => (declare = resolve));
      return assertQueue(queue);
    };
    types.push('slow');
    const attached = intake.attach(line);
    while (!channel.bring('a')) await pause(0);
    for (const name of ['b', 'c']) channel.bring(name);
    await pause(LONG_MS);
    declare();
    await attached;
    await pause(0);
    expect([channel.back, channel.readers.size]).toEqual([['c'], 0]);
    end(1);
    await pause(0);
    declare();
    await pause(0);
    expect([...channel.readers.values()].map(({ queue }) => queue)).toEqual([
      'test.tasks.default.work',
      'test.tasks.default.slow',
    ]);
  });

  it('comes also where the worker was to step in and out again and again before the broker had answered once', async () => {
    const { channel, line } = await fakeLine();
    intake.detach();
    const { assertQueue } = channel;
    const waiting: (() => void)[] = [];
    let isSlow = false;
    channel.assertQueue = async (queue) => {
      if (isSlow && queue.endsWith('slow')) await new Promise<void>((resolve) => waiting.push(resolve));
      return assertQueue(queue);
    };
    types.push('slow');
    await intake.attach(line);
    for (const name of ['a', 'b', 'c']) channel.bring(name);
    await pause(LONG_MS);
    expect(channel.readers.size).toBe(0);
    isSlow = true;
    end(1);
    end(1);
    while (!channel.bring('d')) await pause(0);
    for (const name of ['e', 'f']) channel.bring(name);
    // It is to step out, with one more change of place already on its way.
    await pause(LONG_MS);
    isSlow = false;
    for (const answer of waiting) answer();
    await pause(10);
    expect([channel.back, channel.readers.size]).toEqual([['c', 'f'], 0]);
    end(2);
    await pause(10);
    expect(channel.readers.size).toBe(2);
    expect(channel.bring('g')).toBe(true);
    expect(begun).toEqual(['a', 'b', 'd', 'e', 'g']);
  });

  it('comes from a queue that is declared again when somebody deleted it', async () => {
    const { channel } = opened;
    const [[tag, reader] = []] = [...channel.readers];
    channel.readers.delete(tag!);
    reader!.onMessage(null);
    await pause(0);
    expect(channel.declared).toHaveLength(3);
    expect(channel.bring('a')).toBe(true);
  });

  it('is set aside with its reason where it is no task', () => {
    const { channel } = opened;
    const task = { id: 'a', leaseToken: '1.x', type: 'other', idempotencyKey: 'a' };
    for (const text of ['{', '7', '{"tasks":[]}', '{"tasks":[null]}', JSON.stringify({ tasks: [task] })])
      channel.bringText(text);
    channel.bringText('{}', { contentType: 'text/plain' });
    channel.bringText('{}', { replyTo: undefined });
    expect(channel.acked).toHaveLength(7);
    expect(malformed).toHaveLength(7);
    expect(channel.published[4]).toEqual({
      queue: 'test.tasks.refused',
      body: JSON.stringify({ tasks: [task] }),
      headers: {
        'orrery-aside-id': expect.any(String),
        'orrery-reason': 'request.invalid',
        'orrery-detail': 'a task in it is of another type: other',
        'orrery-routing-key': 'test.tasks.default.work',
      },
    });
    expect(begun).toEqual([]);
  });
});
