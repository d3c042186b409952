import { describe, expect, it } from '@jest/globals';
import type { LeasedTask } from '../client/task-answers.js';
import { type Attempt, carryOut } from './attempt.js';
import { Ending } from './ending.js';
import type { TaskContext, TaskHandler } from './task-context.js';
import { NonRetryable, RetryAfter, TaskFailed } from './task-errors.js';

const task: LeasedTask = {
  id: 'run~0',
  workflowId: 'run',
  key: 'only',
  type: 'work',
  attempt: 2,
  maxAttempts: 3,
  compensation: false,
  input: 'in',
  deadline: '2030-01-01T00:00:00.000Z',
  heartbeatMs: 5_000,
  leaseToken: '2.x',
  idempotencyKey: 'run~0',
  trace: null,
};
const said: string[] = [];
const say = (words: string) => void said.push(words);
const log = { debug: say, info: say, warn: say, error: say };

async function report(handler: TaskHandler, more: Partial<LeasedTask> = {}, heartbeat = (_: unknown) => {}) {
  const { id, leaseToken } = task;
  const attempt: Attempt = { id, leaseToken, task: { ...task, ...more }, ending: new Ending() };
  return (await carryOut(attempt, handler, { log, heartbeat })).report;
}
const unreadable = () => {
  throw new Error('not to be read');
};
const failing = (error: unknown) =>
  report(() => {
    throw error;
  });

describe('A handler', () => {
  it('knows what it does, and how often it was tried', async () => {
    let known: TaskContext | undefined;
    await report((input, context) => void ((known = context), expect(input).toBe('in')));
    expect(known).toMatchObject({
      attempt: 2,
      maxAttempts: 3,
      idempotencyKey: 'run~0',
      deadline: new Date(task.deadline!),
    });
    await report((_, context) => void (known = context), { deadline: null });
    expect(known!.deadline).toBeNull();
  });

  it('says something, with the name of its task before it', async () => {
    await report((_, { log: own }) => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) own[level](level);
    });
    const levels = ['debug', 'info', 'warn', 'error'];
    expect(said.splice(0)).toEqual(levels.map((level) => `work of run~0, attempt 2: ${level}`));
  });

  it('says how far it has come, and without that where no server would read it, which the log tells once', async () => {
    const beats: unknown[] = [];
    const progress = [undefined, { at: new Date(0) }, 1n, 2 ** 60 + 2 ** 9, 'x'.repeat(2_100_000)];
    const beating: TaskHandler = (_, { heartbeat }) => progress.forEach((each) => heartbeat(each as never));
    expect(await report(beating, {}, (beat) => void beats.push(beat))).toMatchObject({ output: null });
    const read = { value: { at: '1970-01-01T00:00:00.000Z' }, bytes: 33 };
    expect(beats).toEqual([undefined, read, undefined, undefined, undefined]);
    const why = 'the progress is not JSON: Do not know how to serialize a BigInt';
    expect(said).toEqual([`work of run~0, attempt 2: heartbeats go without what cannot be sent: ${why}`]);
  });
});

describe('What a handler returns', () => {
  it.each<[unknown, unknown]>([
    [undefined, null],
    [{ at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  ])('is the output, as JSON: %p', async (returned, output) => {
    expect(await report(() => returned)).toMatchObject({ id: 'run~0', leaseToken: '2.x', output });
  });

  it.each<[string, unknown, string]>([
    ['is no JSON', { n: 1n }, 'output.invalid'],
    ['is larger than any output may be', 'x'.repeat(2_100_000), 'output.too-large'],
  ])('fails the attempt for good when it %s', async (_title, returned, code) => {
    expect(await report(() => returned)).toMatchObject({ error: { code, retryable: false } });
  });
});

describe('What a handler throws', () => {
  it.each<[unknown, object]>([
    [new Error('no idea'), { code: 'task.failed', message: 'no idea' }],
    ['just words', { code: 'task.failed', message: 'just words' }],
    [new Error('x'.repeat(20_000)), { code: 'task.failed', message: 'x'.repeat(10_000) }],
    [new TaskFailed('no', { code: 'a.b', details: { n: 1 } }), { code: 'a.b', message: 'no', details: { n: 1 } }],
    [new NonRetryable('never'), { code: 'task.failed', message: 'never', retryable: false }],
    [new RetryAfter(1_500, 'later'), { code: 'task.failed', message: 'later', retryAfter: '1500ms' }],
    [new TaskFailed('odd', { code: 'card declined!' }), { code: 'card-declined-', message: 'odd' }],
    [new TaskFailed('odd', { code: '' }), { code: 'task.failed', message: 'odd' }],
    [new NonRetryable('dup', { code: 11_000 as never }), { code: '11000', message: 'dup', retryable: false }],
    [new TaskFailed('odd', { code: {} as never }), { code: 'task.failed', message: 'odd' }],
    [new TaskFailed('odd', { retryable: 'no' as never }), { code: 'task.failed', message: 'odd' }],
    [new RetryAfter(5n as never, 'odd'), { code: 'task.failed', message: 'odd', retryAfter: '5ms' }],
    [Object.assign(new Error(), { message: ['no', 'idea'] }), { code: 'task.failed', message: 'no,idea' }],
    [Object.create(null), { code: 'task.failed', message: 'what was thrown cannot be read as text' }],
    [
      Object.defineProperty(new NonRetryable('odd'), 'message', { get: unreadable }),
      { code: 'task.failed', message: 'what was thrown cannot be read as text' },
    ],
    [new TaskFailed('odd', { details: 1n as never }), { code: 'task.failed', message: 'odd' }],
    [new TaskFailed('odd', { details: 'x'.repeat(70_000) }), { code: 'task.failed', message: 'odd' }],
  ])('is the failure: %#', async (thrown, error) => {
    expect(await failing(thrown)).toMatchObject({ error });
    expect(((await failing(thrown)) as { error: object }).error).toEqual(error);
  });

  it('may not ask for a wait that makes no sense', () => {
    expect(() => new RetryAfter(-1, 'x')).toThrow(RangeError);
    expect(() => new RetryAfter(Number.POSITIVE_INFINITY, 'x')).toThrow('from 0 to a year');
  });
});
