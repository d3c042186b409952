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

async function report(handler: TaskHandler, more: Partial<LeasedTask> = {}) {
  const { id, leaseToken } = task;
  const attempt: Attempt = { id, leaseToken, task: { ...task, ...more }, ending: new Ending() };
  return (await carryOut(attempt, handler, { log, heartbeat: () => undefined })).report;
}
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
    expect(said).toEqual(levels.map((level) => `work of run~0, attempt 2: ${level}`));
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
