import {
  CancelWorkflow,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
  type StreamId,
  type WorkflowCommand,
} from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import { SIGNAL, SIGNALS_MAX } from './definitions.js';

/** Who tells a story: a client, as far as it is one run's. */
export interface Teller {
  readonly random: Random;
  pause(ms: number): Promise<void>;
  /** Resolves when it was answered, with a yes or a no. */
  tell(key: string, workflow: StreamId, command: WorkflowCommand): Promise<void>;
}

/** What becomes of one run, as far as clients have a say in it. */
interface Run {
  /** What all keys of it begin with. */
  readonly key: string;
  readonly workflow: StreamId;
  readonly teller: Teller;
  /** Everybody who may have something to say. */
  readonly all: readonly Teller[];
}

/** Tells a run what its kind is told; resolves when nothing of it can wait for anybody any more. */
export async function tellStory(definition: string, run: Run): Promise<void> {
  if (definition.startsWith('brief')) await cancelAsItEnds(run);
  else if (definition.startsWith('hot')) await talkAtOnce(run);
  else await interfere(run);
  await letGoOn(run, 'at last');
  const { key, teller, workflow } = run;
  if (!teller.random.chance(0.4)) return;
  // Whoever has failed is retried; all others refuse it.
  await teller.pause(teller.random.between(500, 3_000));
  await teller.tell(`${key} is retried`, workflow, new RetryWorkflow({}));
  await letGoOn(run, 'after a retry');
}

async function cancelAsItEnds({ key, workflow, teller }: Run): Promise<void> {
  await teller.pause(teller.random.below(90));
  await teller.tell(`${key} is cancelled`, workflow, new CancelWorkflow({}));
}

/** All of them say everything that there is to be said, and nobody waits for anybody. */
async function talkAtOnce({ key, workflow, all }: Run): Promise<void> {
  const said = all.map(async (teller, index) => {
    const told: Promise<void>[] = [];
    for (let signal = 0; signal < SIGNALS_MAX; signal += 1) {
      if (teller.random.chance(0.3)) await teller.pause(teller.random.below(200));
      const name = `${key} hears ${index} say ${signal}`;
      told.push(teller.tell(name, workflow, new SignalWorkflow({ name: SIGNAL, payload: `${index} ${signal}` })));
      if (teller.random.chance(0.05)) told.push(teller.tell(`${name}, pause`, workflow, new PauseWorkflow({})));
      if (teller.random.chance(0.05)) told.push(teller.tell(`${name}, resume`, workflow, new ResumeWorkflow({})));
    }
    await Promise.all(told);
  });
  await Promise.all(said);
}

async function interfere(run: Run): Promise<void> {
  const { key, workflow, teller } = run;
  const { random } = teller;
  if (random.chance(0.25)) await signal(run, 'early', random.between(1, 3));
  await teller.pause(random.below(3_000));
  const draw = random.next();
  if (draw < 0.12) await teller.tell(`${key} is cancelled`, workflow, new CancelWorkflow({ compensate: draw < 0.08 }));
  else if (draw < 0.35) await teller.tell(`${key} is paused`, workflow, new PauseWorkflow({}));
  await teller.pause(random.between(500, 5_000));
}

/** Whatever waits for a signal gets it, and whatever was paused goes on. */
async function letGoOn(run: Run, when: string): Promise<void> {
  await signal(run, when, 8);
  await run.teller.tell(`${run.key} resumes ${when}`, run.workflow, new ResumeWorkflow({}));
}

async function signal({ key, workflow, teller }: Run, when: string, times: number): Promise<void> {
  for (let payload = 0; payload < times; payload += 1) {
    const name = `${key} gets ${payload} ${when}`;
    await teller.tell(name, workflow, new SignalWorkflow({ name: SIGNAL, payload }));
  }
}
