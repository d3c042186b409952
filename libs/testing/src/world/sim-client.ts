import { ANONYMOUS, SendToWorkflow, SubmitDefinition, SubmitWorkflow } from '@orrery/application';
import { type JsonObject, OrreryError, type StreamId, Unavailable, type WorkflowCommand } from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import { INPUT } from '../workload/definitions.js';
import { tellStory } from '../workload/stories.js';
import { Exchange } from './exchange.js';
import { SimClock } from './sim-clock.js';
import { SimNode } from './sim-node.js';
import type { SimProcess } from './sim-process.js';
import type { SimWorld } from './sim-world.js';

const AGAIN_MS = 300;

/** What a client wanted, and what it was told: the book that the log is compared with. */
export interface Intent {
  readonly key: string;
  readonly kind: string;
  /** The run that it is said to. */
  readonly workflow?: StreamId;
  /** Every answer that it got, in order: all must be the same. */
  readonly answers: { readonly workflow: StreamId; readonly version: number }[];
  refusal?: string;
}

/** Somebody who starts runs and tells them things, and others' runs, too, again and again under the same key until it is answered. */
export class SimClient {
  readonly intents: Intent[] = [];
  readonly node: SimNode;
  /** How many of its stories go on. */
  private open = 0;
  readonly clock: SimClock;
  readonly random: Random;
  private readonly exchange: Exchange;

  constructor(
    private readonly world: SimWorld,
    readonly name: string,
    private readonly engines: () => readonly SimProcess[],
  ) {
    this.node = new SimNode(name, (callback) => void world.scheduler.after(0, callback));
    this.clock = new SimClock(world.scheduler, this.node);
    this.random = world.random.child(`client ${name}`);
    this.exchange = new Exchange(world, this);
    world.clients.push(this);
  }

  async register(definition: JsonObject): Promise<void> {
    const document = { text: JSON.stringify(definition), format: 'json' } as const;
    const intent: Intent = { key: `register ${String(definition['name'])}`, kind: 'register', answers: [] };
    await this.until(intent, async ({ orchestration }, context) => {
      await orchestration.commandHandlers.submitDefinition.execute(new SubmitDefinition(context, document));
      return undefined;
    });
    if (intent.refusal) throw new Error(`${intent.key}: ${intent.refusal}`);
  }

  /** Everything that it wanted was answered. */
  get isDone(): boolean {
    return this.open === 0;
  }

  /** Starts runs, one after the other, and now and then interferes with one of them. */
  async live(runs: number, definitions: readonly string[]): Promise<void> {
    this.open += runs;
    for (let run = 0; run < runs; run += 1) {
      await this.pause(this.random.below(1_000));
      void this.runOf(`${this.name}-${run}`, this.random.pick(definitions)).finally(() => (this.open -= 1));
    }
  }

  private async runOf(key: string, definition: string): Promise<void> {
    const intent: Intent = { key, kind: 'start', answers: [] };
    this.intents.push(intent);
    const priority = this.random.chance(0.3) ? this.random.below(10) : undefined;
    await this.until(intent, async (engine, context) => {
      const { id, position } = await engine.orchestration.commandHandlers.submitWorkflow.execute(
        new SubmitWorkflow(context, { definition, input: INPUT, ...(priority === undefined ? {} : { priority }) }),
      );
      return { workflow: id, version: position.version };
    });
    const workflow = intent.answers[0]?.workflow;
    if (workflow) await tellStory(definition, { key, workflow, teller: this, all: this.world.clients });
  }

  /** Says something to a run, until it is answered. */
  async tell(key: string, workflow: StreamId, command: WorkflowCommand): Promise<void> {
    const intent: Intent = { key, kind: command.type, workflow, answers: [] };
    this.intents.push(intent);
    await this.until(intent, async (engine, context) => {
      const { position } = await engine.orchestration.commandHandlers.sendToWorkflow.execute(
        new SendToWorkflow(context, workflow, command as never),
      );
      return { workflow, version: position.version };
    });
  }

  /** Asks until there is an answer; now and then once more when there was one. */
  private async until(
    intent: Intent,
    ask: (
      engine: SimProcess,
      context: typeof ANONYMOUS & { idempotencyKey: string },
    ) => Promise<Intent['answers'][number] | undefined>,
  ): Promise<void> {
    for (let again = this.random.chance(0.2) ? 2 : 1; again > 0;) {
      const ready = this.engines().filter(({ isReady }) => isReady);
      const engine = ready.length > 0 ? this.random.pick(ready) : undefined;
      try {
        if (!engine) throw new Unavailable('engine.none', 'nobody is there');
        const answer = await this.exchange.ask(engine, () => ask(engine, { ...ANONYMOUS, idempotencyKey: intent.key }));
        if (answer) intent.answers.push(answer);
        again -= 1;
      } catch (error) {
        if (error instanceof OrreryError && !(error instanceof Unavailable)) {
          intent.refusal = error.code;
          return;
        }
        await this.pause(AGAIN_MS);
      }
    }
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }
}
