import { LEASE_MS } from '@orrery/application';
import { API_LIMITS, completed, failed, heldAttempt, results } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import { type CommandSpec, spec } from './commands.js';

const workerId = the.workerId.optional().describe('Who did it, for the history of the run.');
const startedAt = the.instant.optional().describe('When the work began.');

/** How one attempt ended. */
function reportOf(summary: string, shape: typeof completed.shape | typeof failed.shape): CommandSpec {
  return spec({
    summary,
    data: z.strictObject({ id: the.taskId, workerId, ...shape }),
    subject: 'none',
    answer: 'Recorded',
    send: async ({ workers }, { data: { workerId: by, ...result } }) => ({
      status: 200,
      body: { id: result.id.id },
      position: await workers.reportOne(result, by),
    }),
  });
}

/** What workers say of tasks that they have from the broker, by its name. */
export const WORKER_COMMANDS: { readonly [name: string]: CommandSpec } = {
  CompleteTask: reportOf('An attempt did its work.', completed.shape),
  FailTask: reportOf('An attempt failed.', failed.shape),
  ReportTasks: spec({
    summary: 'How many attempts ended: an answer for each, in the same order, which may wait 20 ms for others.',
    data: z.strictObject({ workerId, results }),
    subject: 'none',
    answer: 'Reported',
    isUnhurried: true,
    send: async ({ workers }, { data }) => {
      const answers = await workers.report(data.results, data.workerId);
      const shown = answers.map((answer) => (answer.recorded ? { id: answer.id, recorded: true } : answer));
      return { status: 200, body: { results: shown } };
    },
  }),
  HeartbeatTask: spec({
    summary: 'The work itself goes on.',
    data: heldAttempt.extend({ progress: the.json.optional() }),
    subject: 'none',
    answer: 'Alive',
    send: async ({ workers }, { data, delivery }) => {
      const known = await workers.heartbeat(data, delivery);
      const { id } = data.id;
      return known && { status: 200, body: { id, leaseMs: LEASE_MS, cancelled: known.cancelled } };
    },
  }),
  BeatWorker: spec({
    summary: 'A worker is there, and holds these attempts: every 5 s, or what it holds is lost.',
    data: z.strictObject({
      workerId: the.workerId,
      slots: z.int().min(1).max(API_LIMITS.workerSlots).describe('How many tasks it does at once.'),
      types: the.someTaskTypes,
      attempts: z.array(heldAttempt.extend({ startedAt })).max(API_LIMITS.workerSlots),
    }),
    subject: 'none',
    answer: 'Beaten',
    send: async ({ workers }, { data, delivery }) => {
      const body = await workers.beat(data, delivery);
      return body && { status: 200, body };
    },
  }),
};
