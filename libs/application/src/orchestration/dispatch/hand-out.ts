import {
  type Failure,
  type PlannedTask,
  type TaskState,
  type WorkflowState,
  inHands,
  inputOf,
  taskAt,
  taskOf,
} from '@orrery/domain';
import type { Run } from '../workflow-streams.js';
import { planOf } from '../workflow-streams.js';
import { type QueuedAttempt, idOf } from './backlog.js';
import { LEASE_MS } from './leases.js';
import type { HandedTask } from './worker-session.js';

/** A task whose time is shorter than this reports its start at once, so that the time is measured from there. */
const SHORT_RUN_MS = 2_000;

/**
 * What comes of an attempt whose turn has come: a task for a worker, a failure, or nothing, if it is over. Where memory
 * does not know of it yet, memory is behind, which its next commit will show.
 */
export type Prepared =
  { readonly task: HandedTask; readonly planned: PlannedTask } | { readonly failure: Failure } | 'behind' | null;

/** Makes an attempt ready for a worker: only now, from the state, is its input evaluated. */
export function prepare(
  attempt: QueuedAttempt,
  run: Run,
  lease: { readonly token: string; readonly isWatched: boolean },
  now: number,
): Prepared {
  if (isBehind(attempt, run)) return 'behind';
  const plan = planOf(run);
  const planned = taskAt(plan, attempt.ordinal)!;
  if (!mayBeHandedOut(attempt, run.state, planned)) return null;
  const input = inputOf(plan, planned, run.state);
  if ('failure' in input) return input;
  const id = idOf(attempt);
  const state = taskOf(run.state, attempt.ordinal);
  const { runMs, heartbeatMs } = planned.timeouts;
  const task: HandedTask = {
    id,
    namespace: attempt.namespace,
    workflowId: attempt.workflow,
    ordinal: attempt.ordinal,
    key: planned.key,
    type: planned.type,
    attempt: attempt.attempt,
    maxAttempts: state.attemptsBefore + planned.retry.maxAttempts,
    compensation: planned.compensates !== null,
    input: input.value,
    deadline: runMs === null ? null : now + runMs,
    heartbeatMs: heartbeatEvery(heartbeatMs, lease.isWatched),
    leaseToken: lease.token,
    idempotencyKey: id,
    trace: run.traceparent ?? null,
  };
  return { task, planned };
}

/**
 * Three heartbeats fit into the time that an attempt may be silent: its own, and its lease, unless its process watches
 * over it.
 */
function heartbeatEvery(timeoutMs: number | null, isWatched: boolean): number | null {
  const silentMs = Math.min(timeoutMs ?? Infinity, isWatched ? Infinity : LEASE_MS);
  return silentMs === Infinity ? null : Math.max(1, Math.floor(silentMs / 3));
}

function isBehind({ ordinal, attempt }: QueuedAttempt, { state }: Run): boolean {
  const task = taskOf(state, ordinal) as TaskState | undefined;
  return task === undefined || task.attempt < attempt;
}

/** The attempt is still the current one, and its run neither pauses nor stops. */
function mayBeHandedOut({ ordinal, attempt }: QueuedAttempt, state: WorkflowState, planned: PlannedTask): boolean {
  const task = taskOf(state, ordinal);
  if (task.attempt !== attempt || !inHands(task) || state.status === 'paused') return false;
  return planned.compensates !== null || state.stopped === null;
}

/** Whether the time of an attempt has to be measured from its very start. */
export function startsAtOnce({ queueMs, runMs }: PlannedTask['timeouts']): boolean {
  return queueMs !== null || (runMs !== null && runMs < SHORT_RUN_MS);
}
