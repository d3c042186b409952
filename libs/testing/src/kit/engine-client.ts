import {
  ANONYMOUS,
  CommitUnknown,
  type Context,
  type Orchestration,
  PositionTokens,
  type SendToWorkflow,
  SubmitWorkflow,
} from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import { Calls, LocalWorkflows } from '@orrery/embedded/parts';
import type { CommandOptions } from '@orrery/sdk';
import type { Question } from '@orrery/sdk/parts';
import { Exchange } from '../world/exchange.js';
import { SessionLost } from '../world/sim-lane.js';
import type { SimProcess } from '../world/sim-process.js';
import type { Activity } from './activity.js';

const AGAIN_MS = 100;
/** Less than an answer is waited for, so that a question which waits is answered. */
const WAIT_MS = 3_000;

/** A group of the engine's handlers, each by its name. */
type Group = 'commandHandlers' | 'queryHandlers';
type Handlers = { readonly [name: string]: { execute(asked: unknown): Promise<unknown> } };

/** The engines of a cluster as the test asks them: over a network, of any that answers, and until one has answered. */
class EngineClient {
  private readonly exchange: Exchange;
  /** How many of the test's calls are under way, but for those that wait for something to happen. */
  open = 0;

  constructor(
    private readonly test: Activity,
    private readonly ready: () => readonly SimProcess[],
  ) {
    this.exchange = new Exchange(test.world, test);
  }

  /** The engine's handlers, as if they were here. */
  group(group: Group): Handlers {
    const execute = (name: string) => (given: object) => {
      const asked = withoutNeedlessKey(given);
      this.tell(name, asked);
      const asking = this.ask((engine) => (engine.orchestration[group] as unknown as Handlers)[name]!.execute(asked));
      return 'waitMs' in asked && asked.waitMs ? asking : this.counted(asking);
    };
    return new Proxy({}, { get: (_, name) => ({ execute: execute(String(name)) }) });
  }

  private async counted<T>(asking: Promise<T>): Promise<T> {
    this.open += 1;
    try {
      return await asking;
    } finally {
      this.open -= 1;
    }
  }

  private async ask(work: (engine: SimProcess) => Promise<unknown>): Promise<unknown> {
    const { random, clock } = this.test;
    for (;;) {
      const ready = this.ready();
      try {
        if (ready.length > 0) return await this.askOne(random.pick(ready), work);
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await new Promise<void>((resolve) => void clock.after(AGAIN_MS, resolve));
    }
  }

  private askOne(engine: SimProcess, work: (engine: SimProcess) => Promise<unknown>): Promise<unknown> {
    return this.exchange.ask(engine, () => work(engine));
  }

  private tell(name: string, asked: object): void {
    const words = WORDS[name]?.(asked as never);
    if (words) this.test.world.trace.add(this.test.node.name, words);
  }
}

/** What the test wants of the engine, in words; questions are not told. */
const WORDS: { readonly [name: string]: ((asked: never) => string) | undefined } = {
  submitWorkflow: ({ request: { definition } }: SubmitWorkflow) =>
    `starts ${typeof definition === 'string' ? definition : String((definition as { name?: unknown }).name)}`,
  submitWorkflows: () => 'starts many',
  sendToWorkflow: ({ command }: SendToWorkflow) => `sends ${command.type}`,
  submitDeletion: () => 'deletes a run',
};

const OWN_KEY = 'simulated-';

/** A start that names its run can be repeated by that, and takes no key besides. */
function withoutNeedlessKey(asked: object): object {
  if (!(asked instanceof SubmitWorkflow) || asked.request.id === undefined) return asked;
  const { idempotencyKey, ...context } = asked.context;
  return idempotencyKey?.startsWith(OWN_KEY) ? new SubmitWorkflow(context, asked.request) : asked;
}

/** The calls of the test. Every write has a key, so that it can be asked for again and is done once. */
export class KitCalls extends Calls {
  private readonly client: EngineClient;
  private keys = 0;

  constructor(test: Activity, ready: () => readonly SimProcess[]) {
    const client = new EngineClient(test, ready);
    const handlers = { commandHandlers: client.group('commandHandlers'), queryHandlers: client.group('queryHandlers') };
    super(handlers as unknown as Orchestration, new PositionTokens(test.world.database.store.epoch));
    this.client = client;
  }

  /** Whether the test waits for an answer that comes without anything having to happen. */
  get isAsking(): boolean {
    return this.client.open > 0;
  }

  override context(options: CommandOptions): Context {
    const { idempotencyKey = `${OWN_KEY}${(this.keys += 1)}` } = options;
    return { ...ANONYMOUS, ...super.context({ ...options, idempotencyKey }) };
  }
}

/** Runs, as the test asks for them. */
export class KitWorkflows extends LocalWorkflows {
  protected override ask<Answer>(id: string, what: 'events' | 'result', question: Question): Promise<Answer> {
    const { waitMs } = question;
    return super.ask(id, what, { ...question, ...(waitMs === undefined ? {} : { waitMs: Math.min(waitMs, WAIT_MS) }) });
  }
}

/** It passes by itself, or nobody knows what became of it. */
function isPassing(error: unknown): boolean {
  return error instanceof Unavailable || error instanceof CommitUnknown || error instanceof SessionLost;
}
