import type { LeasedTask } from '../client/task-answers.js';
import type { Json } from '../json.js';
import { type InputOf, type InputSchema, inputReader } from './schemas.js';
import type { TaskHandler } from './task-context.js';

/** What undoes a task: a handler, with a schema of its input where there is one. */
export type Compensation<Schema extends InputSchema> =
  TaskHandler | { readonly schema: Schema; readonly handler: TaskHandler<InputOf<Schema>> };

/** What a task has besides its handler. */
export interface TaskOptions<Schema extends InputSchema = InputSchema> {
  /** Does the compensations of the same type: those of a definition that undoes `charge` by `{ type: charge }`. */
  readonly compensate?: Compensation<Schema>;
}

/** The handlers of a worker, by task type. */
export class Handlers {
  private readonly forward = new Map<string, TaskHandler>();
  private readonly backward = new Map<string, TaskHandler>();

  get types(): readonly string[] {
    return [...this.forward.keys()];
  }

  /** Throws when the type is there already: one of the two would never be called. */
  add(type: string, handler: TaskHandler, compensate: TaskHandler | undefined): void {
    if (this.forward.has(type)) throw new Error(`there is a handler for ${type} already`);
    this.forward.set(type, handler);
    if (compensate) this.backward.set(type, compensate);
  }

  of({ type, compensation }: Pick<LeasedTask, 'type' | 'compensation'>): TaskHandler {
    return (compensation ? this.backward.get(type) : undefined) ?? this.forward.get(type)!;
  }
}

/** What does tasks: handlers are added to it, one for each type. */
export abstract class TaskHandlers {
  protected readonly handlers = new Handlers();

  /** Adds a handler for a task type. With a schema its input is checked first, and typed. Throws if the type has one. */
  task<const Schema extends InputSchema, const Undo extends InputSchema = InputSchema>(
    type: string,
    schema: Schema,
    handler: TaskHandler<InputOf<Schema>>,
    options?: TaskOptions<Undo>,
  ): this;
  task<const Undo extends InputSchema = InputSchema>(
    type: string,
    handler: TaskHandler,
    options?: TaskOptions<Undo>,
  ): this;
  task(type: string, ...given: readonly unknown[]): this {
    const [schema, handler, options] = (typeof given[0] === 'function' ? [undefined, ...given] : given) as [
      InputSchema | undefined,
      TaskHandler,
      TaskOptions | undefined,
    ];
    const undo = options?.compensate;
    this.handlers.add(type, schema ? reading(schema, handler) : handler, undo && compensationOf(undo));
    this.added(type);
    return this;
  }

  /** A type has a handler now. */
  protected added(_type: string): void {}
}

/** A handler that gets its input read by a schema. */
export function reading(schema: InputSchema, handler: TaskHandler<never>): TaskHandler {
  const read = inputReader(schema);
  return async (input: Json, context) => handler((await read(input)) as never, context);
}

export function compensationOf<Schema extends InputSchema>(given: Compensation<Schema>): TaskHandler {
  return typeof given === 'function' ? given : reading(given.schema, given.handler);
}
