import type { Orchestration } from '@orrery/application';
import { ReportResults, refusalOf } from '@orrery/contract';
import type { Broker } from '@orrery/infrastructure';
import { Counter, type Registry } from 'prom-client';
import { CommandIntake, type IntakeParts } from './command-intake.js';
import { DeadLetterIntake } from './dead-letter-intake.js';
import { TaskQueues } from './tasks/task-queues.js';
import { AnyWorkers } from './workers.js';

export interface TakingParts {
  readonly orchestration: Orchestration;
  /** Told of bugs. */
  readonly onError: (error: unknown) => void;
  readonly metrics?: Registry;
}

/**
 * Takes the commands that services post to the broker, and records what was set aside, until it is told to stop. A process
 * whose engine is at work hands out tasks by the broker, too.
 */
export async function takeCommands(
  broker: Pick<Broker, 'takeCommands' | 'takeDeadLetters' | 'leaveQueues' | 'toEngines' | 'openTasks'>,
  { orchestration, onError, metrics }: TakingParts,
): Promise<{ stop(): Promise<void> }> {
  const { dispatcher, engine } = orchestration;
  const onSettled = metrics && countSettled(metrics);
  const reports = new ReportResults(dispatcher, { refusal: (error) => toldRefusal(error, onError) });
  const open = (workers: IntakeParts['workers']) => CommandIntake.over({ orchestration, workers, onError, onSettled });
  const intake = await open(new AnyWorkers(dispatcher, reports, broker));
  broker.takeCommands((delivery) => intake.take(delivery));
  const letters = new DeadLetterIntake(orchestration);
  broker.takeDeadLetters((letter) => letters.take(letter));
  const onFate = metrics ? countTasks(metrics) : () => undefined;
  const queues = engine.isAtWork ? new TaskQueues({ orchestration, reports, onError, onFate }) : undefined;
  const fromWorkers = queues && (await open(queues));
  if (fromWorkers) queues.start(broker, (delivery) => fromWorkers.take(delivery));
  return {
    stop: async () => {
      intake.stop();
      fromWorkers?.stop();
      letters.stop();
      await Promise.all([broker.leaveQueues(), queues?.stop()]);
    },
  };
}

function toldRefusal(error: unknown, onError: (error: unknown) => void) {
  const refusal = refusalOf(error);
  if (refusal.kind === 'Bug') onError(error);
  return refusal;
}

function countSettled(metrics: Registry): NonNullable<IntakeParts['onSettled']> {
  const settled = new Counter({
    name: 'orrery_broker_commands_total',
    help: 'Commands that came over RabbitMQ, by how they ended.',
    labelNames: ['command', 'outcome'],
    registers: [metrics],
  });
  return (command, outcome) => settled.inc({ command, outcome });
}

function countTasks(metrics: Registry): (fate: string) => void {
  const messages = new Counter({
    name: 'orrery_broker_task_messages_total',
    help: 'Messages of tasks that were posted to RabbitMQ, and those that came back, by why.',
    labelNames: ['fate'],
    registers: [metrics],
  });
  return (fate) => messages.inc({ fate });
}
