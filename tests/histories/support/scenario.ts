import { TaskError } from '@orrery/application';
import { type Json, type JsonObject, SignalWorkflow } from '@orrery/domain';
import { definition, send, submit } from '../../engine/support/runs.js';
import type { Handlers, Process, World } from '../../engine/support/world.js';

/** Something that an engine lives through, to be recorded. */
export type Scenario = (world: World) => Promise<void>;

/** What a task of the type `work` is told: to fail so many attempts, with which code, and to ask for how long a wait. */
interface Wish {
  readonly fails?: number;
  readonly code?: string;
  readonly retryAfterMs?: number;
}

const handlers: Handlers = {
  work: (input, { task }) => {
    const { fails = 0, code = 'work.failed', retryAfterMs } = (input ?? {}) as Wish;
    if (task.attempt <= fails) throw new TaskError(code, `attempt ${task.attempt} failed`, { retryAfterMs });
    return { did: task.key, input };
  },
  undo: (input, { task }) => {
    const { fails = 0 } = (input ?? {}) as Wish;
    if (task.attempt <= fails) throw new TaskError('undo.failed', 'it stays as it is', { retryable: false });
    return null;
  },
  http: () => {
    throw new TaskError('http.status', 'https://bank.example answered 503', { details: { status: 503 } });
  },
};

export const open = (world: World, more: Parameters<World['process']>[1] = {}) => world.process(handlers, more).start();
export const fails = (times: number, more: Wish = {}): JsonObject => ({
  input: { fails: times, ...more } as JsonObject,
});
export const once = { retry: { maxAttempts: 1 } };
export const signal = (name: string, payload: Json = null) => new SignalWorkflow({ name, payload });
export const undone = (tasks: { readonly [key: string]: object }, rest: object = {}) =>
  definition(tasks, { onFailure: 'compensate', ...rest });
export const undo = (times = 0) => ({ compensate: { type: 'undo', ...once, ...fails(times) } });
export const child = (tasks: { readonly [key: string]: object }, rest: object = {}) => ({
  ...definition(tasks, rest),
  name: 'child',
});
export const parent = (more: object = {}, rest: object = {}) =>
  definition(
    { a: { type: 'workflow', input: { definition: 'child', input: '${ input }' }, ...more }, b: { dependsOn: ['a'] } },
    rest,
  );

/** Starts a run of this definition, and lets a minute pass. */
export const runs =
  (document: JsonObject, request: object = {}): Scenario =>
  async (world) => {
    await submit(await open(world), { definition: document, ...request });
    await world.advance(60_000);
  };

export async function commanded(
  process: Process,
  world: World,
  document: JsonObject,
  commands: Parameters<typeof send>[2][],
) {
  const { id } = await submit(process, document);
  for (const command of commands) {
    await world.advance(1_000);
    await send(process, id, command);
  }
  await world.advance(60_000);
  return id;
}
