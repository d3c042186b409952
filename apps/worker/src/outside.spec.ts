import { describe, expect, it } from '@jest/globals';
import { TaskError, type TaskHandler } from '@orrery/application';
import type { TaskContext } from '@orrery/sdk';
import { outside } from './outside.js';

const RUN = '0190d5a8-0000-7000-8000-000000000001';
const DEADLINE = '2030-01-01T00:00:00.000Z';
const context = {
  task: { id: `${RUN}~7`, workflowId: RUN, type: 'http', deadline: DEADLINE },
  signal: new AbortController().signal,
  deadline: new Date(DEADLINE),
  heartbeat: () => undefined,
} as unknown as TaskContext;

describe('A handler of our own, outside', () => {
  it('gets its task as it would inside', async () => {
    const handler: TaskHandler = (input, { task, signal, heartbeat }) =>
      [input, task.workflowId, task.ordinal, task.deadline, signal.aborted, heartbeat() ?? null] as never;
    expect(await outside(handler)('in', context)).toEqual(['in', RUN, 7, Date.parse(DEADLINE), false, null]);
    const endless = { ...context, deadline: null };
    expect(await outside(handler)('in', endless)).toMatchObject(['in', RUN, 7, null, false, null]);
  });

  it('fails as it would inside', async () => {
    const fails = (error: Error) => outside(() => Promise.reject(error))('in', context) as Promise<unknown>;
    const options = { retryable: true, retryAfterMs: 1_500 };
    await expect(fails(new TaskError('http.busy', 'not now', options))).rejects.toMatchObject({
      name: 'TaskFailed',
      message: 'not now',
      code: 'http.busy',
      ...options,
    });
    const bug = new Error('a bug');
    await expect(fails(bug)).rejects.toBe(bug);
  });
});
