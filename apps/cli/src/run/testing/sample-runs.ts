import type { Json, JsonObject, Task, TaskStatus, Workflow, WorkflowEvent } from '@orrery/sdk';
import { RunPicture } from '../run-picture.js';

/** When every sample begins. */
export const BEGIN = Date.parse('2026-03-01T12:00:00.000Z');
const ID = '0b632e79-2727-86db-92f4-eb6f8e6394b9';
export const at = (ms: number) => new Date(BEGIN + ms).toISOString();

/** A task of a sample, by what matters of it. */
export function task(ordinal: number, key: string, status: TaskStatus, more: Partial<Task> = {}): Task {
  const hasBegun = !['pending', 'queued', 'skipped', 'cancelled'].includes(status);
  return {
    id: `${ID}~${ordinal}`,
    key,
    type: `demo.${key.replace(/[^a-z]/gi, '')}`,
    status,
    attempt: 1,
    maxAttempts: 3,
    waitingFor: null,
    dependsOn: [],
    queuedAt: status === 'pending' ? null : at(0),
    startedAt: hasBegun ? at(100) : null,
    endedAt: ['completed', 'failed'].includes(status) ? at(1_300) : null,
    output: null,
    error: null,
    nextAttemptAt: null,
    worker: null,
    compensation: null,
    items: null,
    childId: null,
    ...more,
  };
}

export const idOf = (ordinal: number) => `${ID}~${ordinal}`;

export function workflow(tasks: readonly Task[], more: Partial<Workflow> = {}): Workflow {
  return {
    id: ID,
    definition: { name: 'order-fulfilment', version: 3, hash: 'h' },
    status: 'running',
    waitingFor: null,
    input: null,
    output: null,
    error: null,
    notUndone: [],
    warning: null,
    parent: null,
    labels: {},
    priority: 1,
    startedAt: at(0),
    endedAt: null,
    version: 10,
    position: 'p',
    tasks,
    tasksCursor: null,
    ...more,
  };
}

/** A run as it is drawn so long after its begin. */
export function pictureAt(ms: number, run: Workflow): RunPicture {
  let now = 0;
  const picture = new RunPicture(run, () => now);
  now = BEGIN + ms - picture.time;
  return picture;
}

/** What happened to a run, as the API tells it. */
export function event(
  version: number,
  type: string,
  data: { readonly [name: string]: Json } = {},
  ms = 0,
): WorkflowEvent {
  const whose = { actor: 'engine', causationId: null, correlationId: ID };
  return { version, position: 'p', type, at: at(ms), ...whose, data: data as JsonObject };
}

/** An order on its way: something of everything. */
export const order = (): Workflow =>
  workflow([
    task(0, 'reserve', 'completed'),
    task(1, 'courier', 'completed', { dependsOn: [idOf(0)] }),
    task(2, 'charge', 'waiting', {
      dependsOn: [idOf(1)],
      nextAttemptAt: at(9_000),
      error: { code: 'bank.busy', message: 'the bank does not answer' },
    }),
    task(3, 'giftwrap', 'skipped', { dependsOn: [idOf(0)] }),
    task(4, 'notify', 'running', { dependsOn: [idOf(0)], attempt: 2 }),
    task(5, 'ship', 'pending', { dependsOn: [idOf(2), idOf(3)] }),
  ]);

/** Two thousand tasks, in the shape of a mosaic of photographs. */
export function mosaic(): Workflow {
  const status = (index: number, done: number, running: number): TaskStatus =>
    index < done ? 'completed' : index < done + running ? 'running' : 'pending';
  const begin = task(0, 'begin', 'completed');
  const project = Array.from({ length: 660 }, (_, n) =>
    task(1 + n, `project_${n}`, n === 17 ? 'failed' : status(n, 655, 3), {
      dependsOn: [begin.id],
      ...(n === 17 ? { error: { code: 'fits.broken', message: 'the header ends early' }, attempt: 3 } : {}),
    }),
  );
  const fit = Array.from({ length: 1_335 }, (_, n) =>
    task(661 + n, `fit_${n}`, status(n, 400, 12), { dependsOn: [idOf(1 + (n % 660)), idOf(1 + ((n * 7) % 660))] }),
  );
  const end = ['model', 'background', 'mosaic', 'shrink'].map((key, n) =>
    task(1_996 + n, key, 'pending', { dependsOn: n === 0 ? fit.map(({ id }) => id) : [idOf(1_995 + n)] }),
  );
  return workflow([begin, ...project, ...fit, ...end], { definition: { name: 'mosaic', version: null, hash: 'h' } });
}
