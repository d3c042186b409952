import { serialize } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import { AGEING_MS_PER_PRIORITY, Backlog, type QueuedAttempt, queueKey } from './backlog.js';

const QUEUE = queueKey(DEFAULT_NAMESPACE, 'work');

const attempt = (ordinal: number, more: Partial<QueuedAttempt> = {}): QueuedAttempt => ({
  key: `task ${ordinal}`,
  namespace: DEFAULT_NAMESPACE,
  workflow: '00000000-0000-4000-8000-000000000000' as StreamId,
  ordinal,
  attempt: 1,
  type: 'work',
  priority: 0,
  queuedAt: ordinal,
  ...more,
});
const inOrder = (backlog: Backlog) => [...backlog.inOrder(QUEUE, 100)].map(({ ordinal }) => ordinal);
const taken = (backlog: Backlog) => {
  const ordinals: number[] = [];
  for (let next = backlog.take(QUEUE); next; next = backlog.take(QUEUE)) ordinals.push(next.ordinal);
  return ordinals;
};

describe('The backlog', () => {
  it('gives what waits by priority and age, and forgets a queue that is empty', () => {
    const backlog = new Backlog();
    for (const ordinal of [3, 1, 2]) backlog.add(attempt(ordinal));
    backlog.add(attempt(4, { priority: 1 }));
    backlog.add(attempt(5, { queuedAt: 1 }));
    backlog.add(attempt(6, { priority: 1, queuedAt: AGEING_MS_PER_PRIORITY + 2 }));
    expect(inOrder(backlog)).toEqual([4, 1, 5, 2, 6, 3]);
    expect(taken(backlog)).toEqual([4, 1, 5, 2, 6, 3]);
    expect([backlog.size, [...backlog.queueNames()]]).toEqual([0, []]);
  });

  it('has no queue of what went before anybody took it', () => {
    const backlog = new Backlog();
    for (let ordinal = 1; ordinal <= 10; ordinal++) backlog.add(attempt(ordinal));
    for (let ordinal = 1; ordinal <= 10; ordinal++) backlog.remove(`task ${ordinal}`);
    expect([...backlog.queueNames()]).toEqual([]);
  });

  it('takes a later attempt in the place of an earlier one', () => {
    const backlog = new Backlog();
    backlog.add(attempt(1));
    backlog.add(attempt(2));
    backlog.add(attempt(1, { attempt: 2, queuedAt: 3 }));
    backlog.add(attempt(1));
    expect([backlog.size, backlog.get('task 1')!.attempt, taken(backlog)]).toEqual([2, 2, [2, 1]]);
  });

  it('keeps nothing of what went while something else waits for ever that nobody takes', () => {
    const backlog = new Backlog();
    backlog.add(attempt(0));
    for (let ordinal = 1; ordinal <= 20_000; ordinal++) {
      backlog.add(attempt(ordinal));
      backlog.remove(`task ${ordinal}`);
    }
    expect(inOrder(backlog)).toEqual([0]);
    expect(serialize(backlog).length).toBeLessThan(500_000);
  });
});
