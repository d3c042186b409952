import {
  ANONYMOUS,
  type Context,
  type LiveRequest,
  type Orchestration,
  PositionTokens,
  type SendToWorkflow,
  SubmitWorkflow,
} from '@orrery/application';
import { Calls, LocalWorkflows, localEvents } from '@orrery/embedded/parts';
import type { CommandOptions, LiveEvents, LiveOptions } from '@orrery/sdk';
import type { LiveStream, Question } from '@orrery/sdk/parts';
import { Exchange } from '../world/exchange.js';
import { isPassing } from '../world/passing.js';
import type { SimProcess } from '../world/sim-process.js';
import type { Activity } from './activity.js';
import { EngineFeed, EngineStream } from './engine-stream.js';

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

  /** Listens to the live feed of an engine that answers. What comes to grief on the way is told as such. */
  async follow(request: Omit<LiveRequest, 'listener'>, told: (error: unknown) => Error): Promise<LiveStream> {
    const { feed, cursor } = await this.ask(async (engine) => {
      const opened = await EngineFeed.open(engine, request);
      return { feed: opened, cursor: opened.cursor };
    });
    const ask = () =>
      this.askOne(feed.engine, () => feed.take()).catch((error: unknown) => Promise.reject(told(error)));
    return new EngineStream(cursor, ask, () => feed.end());
  }

  private async counted<T>(asking: Promise<T>): Promise<T> {
    this.open += 1;
    try {
      return await asking;
    } finally {
      this.open -= 1;
    }
  }

  private async ask<T>(work: (engine: SimProcess) => Promise<T>): Promise<T> {
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

  private askOne<T>(engine: SimProcess, work: (engine: SimProcess) => Promise<T>): Promise<T> {
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

  /** Events as they happen, told by whichever engine answers. */
  events(options: LiveOptions): LiveEvents {
    return localEvents(this, options, (request) => this.client.follow(request, (error) => this.problem(error)));
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
