import type { FromJsonSchema, JsonSchema } from '../json-schema.js';
import type { Json } from '../json.js';
import type { AttemptOptions, TaskDocument, WorkflowDefinition, WorkflowOptions } from './document.js';
import { type Expression, type Reference, type Template, access, reference, resolve } from './expressions.js';

/** A task that others can depend on. */
export interface Dependency {
  readonly key: string;
}

/** A task of the definition that is being made: others depend on it, and read its output. */
export interface TaskRef<Output = unknown> extends Dependency {
  readonly output: Reference<Output>;
}

/** What undoes a task, or why nothing does. */
export type Compensate =
  ({ readonly type: string; readonly input?: Template } & AttemptOptions) | { readonly none: string };

/** What a task says besides its key. */
export interface TaskSpec<Output = unknown> extends AttemptOptions {
  readonly type: string;
  readonly description?: string;
  /** Tasks that must be completed or skipped first. */
  readonly dependsOn?: readonly Dependency[];
  /** False: it is skipped, and what depends on it goes on. */
  readonly when?: Expression | boolean;
  readonly input?: Template;
  /** Its final failure does not fail the run. */
  readonly optional?: boolean;
  /** What undoes it; made with its own output, it may be a function of it. */
  readonly compensate?: Compensate | ((output: Reference<Output>) => Compensate);
}

/** A task for each item of a list. */
export interface ItemSpec<Output = unknown> extends TaskSpec<Output> {
  /** At most so many at a time. */
  readonly concurrency?: number;
}

type BuiltIn<Output = unknown> = Omit<TaskSpec<Output>, 'type' | 'input'>;
/** The engine's own types make no attempts. */
type Engine = Omit<BuiltIn, keyof AttemptOptions | 'compensate'>;

export interface HttpInput {
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | Expression;
  readonly url: string | Expression;
  readonly headers?: Template;
  readonly body?: Template;
  readonly okStatus?: Template;
}

export interface HttpOutput {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
}

/** Makes a definition, the same document as its YAML. What the function returns is the run's output. */
export function defineWorkflow<const Schema extends JsonSchema = JsonSchema>(
  { input, ...options }: WorkflowOptions & { readonly input?: Schema },
  build: (workflow: WorkflowBuilder<FromJsonSchema<Schema>>) => Template | void,
): WorkflowDefinition {
  const builder = new WorkflowBuilder<FromJsonSchema<Schema>>();
  const output = build(builder);
  const { name, description, ...rest } = options;
  const head = { orrery: 'v1', name, description, input, ...rest };
  const document: object = { ...head, tasks: builder.tasks, output: output ?? undefined };
  return resolve(document as Template) as unknown as WorkflowDefinition;
}

/** Gathers the tasks of one definition. A task can only depend on one that is there: no name is missed, nothing goes round. */
export class WorkflowBuilder<Input = Json> {
  readonly tasks: { [key: string]: TaskDocument } = {};
  /** The run's input. */
  readonly input: Reference<Input> = reference('input');
  /** The run's id. */
  readonly id: Expression<string> = reference<string>('workflow.id');
  /** When the run began, as a text. */
  readonly startedAt: Expression<string> = reference<string>('workflow.startedAt');
  private readonly refs = new Set<Dependency>();

  /** A task of a type that a worker knows. */
  task<Output = unknown>(key: string, spec: TaskSpec<Output>): TaskRef<Output> {
    return this.add(key, spec);
  }

  /** One task for each item of a list; its output is the list of theirs. */
  forEach<Item, Output = unknown>(
    key: string,
    items: Reference<readonly Item[]> | Expression<readonly Item[]> | readonly Item[],
    spec: (item: Reference<Item>, index: Reference<number>) => ItemSpec<Output>,
  ): TaskRef<readonly Output[]> {
    return this.add<Output, readonly Output[]>(
      key,
      spec(reference('item'), reference('index')),
      resolve(items as Template),
    );
  }

  /** Does nothing: its output is its input. A join, or a value that others share. */
  noop(key: string, { input, ...spec }: Engine & { readonly input?: Template } = {}): TaskRef {
    return this.add(key, { ...spec, type: 'noop', input });
  }

  /** Waits so long, or until a time. */
  sleep(
    key: string,
    input: { readonly duration: string | Expression } | { readonly until: string | Expression },
    spec: Engine = {},
  ): TaskRef<null> {
    return this.add(key, { ...spec, type: 'sleep', input } as TaskSpec<null>);
  }

  /** Waits for a signal; its output is the payload. */
  wait<const Payload extends JsonSchema = JsonSchema>(
    key: string,
    input: { readonly signal: string | Expression; readonly schema?: Payload; readonly timeout?: string | Expression },
    spec: Engine = {},
  ): TaskRef<FromJsonSchema<Payload>> {
    return this.add(key, { ...spec, type: 'wait', input: input as Template } as TaskSpec<FromJsonSchema<Payload>>);
  }

  /** Starts a run of another definition, and ends as it does; its output is that of the run. */
  workflow<Output = unknown>(
    key: string,
    input: { readonly definition: string | Expression; readonly input?: Template; readonly labels?: Template },
    spec: BuiltIn<Output> = {},
  ): TaskRef<Output> {
    return this.add(key, { ...spec, type: 'workflow', input });
  }

  /** Calls an address. */
  http(key: string, input: HttpInput, spec: BuiltIn<HttpOutput> = {}): TaskRef<HttpOutput> {
    return this.add(key, { ...spec, type: 'http', input: input as unknown as Template });
  }

  private add<Output, Result = Output>(key: string, spec: ItemSpec<Output>, forEach?: Json): TaskRef<Result> {
    if (Object.hasOwn(this.tasks, key)) throw new Error(`there is a task "${key}" already`);
    const output = reference<Output>(`tasks${access(key)}.output`);
    const { type, description, dependsOn, concurrency, compensate, ...rest } = spec;
    const undo = typeof compensate === 'function' ? compensate(output) : compensate;
    const keys = dependsOn?.map((ref) => this.keyOf(ref));
    const task = { type, description, dependsOn: keys, forEach, concurrency, ...rest, compensate: undo };
    this.tasks[key] = resolve(task as unknown as Template) as unknown as TaskDocument;
    const ref = { key, output: output as Reference as Reference<Result> };
    this.refs.add(ref);
    return ref;
  }

  private keyOf(ref: Dependency): string {
    if (!this.refs.has(ref)) throw new Error(`the task "${ref.key}" is of another definition`);
    return ref.key;
  }
}
