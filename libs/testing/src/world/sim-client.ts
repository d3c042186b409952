import { ANONYMOUS, SendToWorkflow, SubmitDefinition, SubmitWorkflow } from '@orrery/application';
import {
  CancelWorkflow,
  type JsonObject,
  OrreryError,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
  type StreamId,
  Unavailable,
  type WorkflowCommand,
} from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import { SIGNAL } from '../workload/definitions.js';
import { SimClock } from './sim-clock.js';
import { SimNode } from './sim-node.js';
import type { SimProcess } from './sim-process.js';
import type { SimWorld } from './sim-world.js';

const ANSWER_MS = 5_000;
const AGAIN_MS = 300;

/** What a client wanted, and what it was told: the book that the log is compared with. */
export interface Intent {
  readonly key: string;
  readonly kind: string;
  /** Every answer that it got, in order: all must be the same. */
  readonly answers: { readonly workflow: StreamId; readonly version: number }[];
  refusal?: string;
}

/** Somebody who starts runs and tells them things, again and again under the same key until it is answered. */
export class SimClient {
  readonly intents: Intent[] = [];
  readonly node: SimNode;
  /** How many of its stories go on. */
  private open = 0;
  private readonly clock: SimClock;
  private readonly random: Random;

  constructor(
    private readonly world: SimWorld,
    readonly name: string,
    private readonly engines: () => readonly SimProcess[],
  ) {
    this.node = new SimNode(name, (callback) => void world.scheduler.after(0, callback));
    this.clock = new SimClock(world.scheduler, this.node);
    this.random = world.random.child(`client ${name}`);
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
      await this.pause(this.random.below(2_500));
      void this.runOf(`${this.name}-${run}`, this.random.pick(definitions)).finally(() => (this.open -= 1));
    }
  }

  private async runOf(key: string, definition: string): Promise<void> {
    const intent: Intent = { key, kind: 'start', answers: [] };
    this.intents.push(intent);
    await this.until(intent, async (engine, context) => {
      const { id, position } = await engine.orchestration.commandHandlers.submitWorkflow.execute(
        new SubmitWorkflow(context, { definition }),
      );
      return { workflow: id, version: position.version };
    });
    const workflow = intent.answers[0]?.workflow;
    if (!workflow) return;
    if (this.random.chance(0.3)) await this.interfere(key, workflow);
    // Whatever waits for a signal gets it in the end, and whatever was paused goes on.
    await this.pause(this.random.between(1_000, 20_000));
    for (let signal = 0; signal < 8; signal += 1)
      await this.tell(`${key} signal ${signal}`, workflow, new SignalWorkflow({ name: SIGNAL, payload: signal }));
    await this.tell(`${key} resumes`, workflow, new ResumeWorkflow({}));
  }

  private async interfere(key: string, workflow: StreamId): Promise<void> {
    await this.pause(this.random.below(6_000));
    const draw = this.random.next();
    if (draw < 0.4) return this.tell(`${key} cancel`, workflow, new CancelWorkflow({}));
    if (draw < 0.8) return this.tell(`${key} pause`, workflow, new PauseWorkflow({}));
    await this.pause(10_000);
    return this.tell(`${key} retry`, workflow, new RetryWorkflow({}));
  }

  private async tell(key: string, workflow: StreamId, command: WorkflowCommand): Promise<void> {
    const intent: Intent = { key, kind: command.type, answers: [] };
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
        const answer = await this.exchange(engine, () => ask(engine, { ...ANONYMOUS, idempotencyKey: intent.key }));
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

  /** There and back: either way may be lost, and whoever was asked may die over it. */
  private exchange<T>(engine: SimProcess, ask: () => Promise<T>): Promise<T> {
    const { scheduler } = this.world;
    return new Promise((resolve, reject) => {
      this.clock.after(ANSWER_MS, () => reject(new Unavailable('request.lost', 'no answer came')));
      const back = (tell: () => void) => {
        if (this.isLost()) return;
        scheduler.after(this.latency(), () => this.node.enter(tell));
      };
      if (this.isLost()) return;
      scheduler.after(this.latency(), () =>
        engine.node.enter(() => {
          ask().then(
            (answer) => back(() => resolve(answer)),
            (error: unknown) => back(() => reject(error as Error)),
          );
        }),
      );
    });
  }

  private isLost(): boolean {
    if (!this.random.chance(this.world.faults.messageLost)) return false;
    this.world.count('messageLost');
    return true;
  }

  private latency(): number {
    return this.random.between(...this.world.faults.latencyMs);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }
}
