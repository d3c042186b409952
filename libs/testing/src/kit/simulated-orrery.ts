import { LocalDefinitions, LocalTasks, type Running } from '@orrery/embedded/parts';
import type { Json, LiveEvents, LiveOptions, OrreryApi, StartOptions, WriteOptions } from '@orrery/sdk';
import { TaskHandlers } from '@orrery/sdk/parts';
import { type Activity, waitIn, within } from './activity.js';
import { type KitCalls, KitWorkflows } from './engine-client.js';
import type { UserHandlers } from './handlers.js';
import { type Outside, outside } from './outside.js';

/** What a simulated Orrery stands on. */
export interface SimulatedParts {
  /** The test, which it is given to. */
  readonly test: Activity;
  readonly calls: KitCalls;
  /** Told of the handlers, to which more are added until the machines have started. */
  readonly onHandlers: (handlers: UserHandlers) => void;
  readonly haveStarted: () => boolean;
}

/**
 * Orrery in a simulation: handlers are added as to the SDK's worker, and runs are started and looked at as by its client.
 * Its engines and workers start with the first call.
 */
export class SimulatedOrrery extends TaskHandlers implements OrreryApi {
  readonly definitions: LocalDefinitions;
  readonly workflows: KitWorkflows;
  readonly tasks: LocalTasks;

  constructor(
    /** What this simulation can be repeated by. */
    readonly seed: number,
    private readonly parts: SimulatedParts,
  ) {
    super();
    const { calls, onHandlers } = parts;
    this.definitions = new LocalDefinitions(calls);
    this.workflows = new KitWorkflows(calls);
    this.tasks = new LocalTasks(calls);
    const { handlers } = this;
    onHandlers({
      get types() {
        return handlers.types;
      },
      of: (task) => handlers.of(task),
    });
  }

  /** Starts a run and waits for its end. `started` resolves when the start is recorded. */
  run<Output = Json>(definition: string | object, options: StartOptions & WriteOptions = {}): Running<Output> {
    const started = this.workflows.start(definition, options);
    // Who waits for the end alone is told of a refusal by that.
    started.catch(() => undefined);
    const end = started.then(async ({ id }) => {
      const { status, output, error } = await this.workflows.waitForResult<Output>(id);
      return { id, status, output, error };
    });
    return Object.assign(end, { started });
  }

  /** Events as they happen, in the order of the log, each once. */
  events(options: LiveOptions = {}): LiveEvents {
    return this.parts.calls.events(options);
  }

  /** Lets simulated time pass. */
  sleep(ms: number): Promise<void> {
    return waitIn(this.parts.test, ms);
  }

  /**
   * A system outside, as handlers reach it: a call of it takes time, its caller may die meanwhile, and where losses are on
   * it gets lost, or its answer does, which rejects with `NoAnswer`.
   */
  outside<System extends object>(system: System): Outside<System> {
    return outside(this.parts.test.world, system);
  }

  /** Does real work, such as asking a database: simulated time stands still until it has settled. */
  async real<T>(work: () => Promise<T> | T): Promise<T> {
    const done = within(undefined, async () => work());
    this.parts.test.world.real.add(done);
    return done;
  }

  protected override added(type: string): void {
    if (this.parts.haveStarted())
      throw new Error(`the handler of ${type} comes too late: add handlers before the first call of the simulation`);
  }
}
