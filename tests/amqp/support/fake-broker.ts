import { CommandIntake, TaskQueues } from '@orrery/amqp';
import { ReportResults, refusalOf } from '@orrery/contract';
import { type TaskLink, type TaskListener, type Written, jsonText } from '@orrery/infrastructure';
import { settled } from '../../engine/support/test-clock.js';
import type { Process, World } from '../../engine/support/world.js';
import { delivery } from './deliveries.js';

/** A task in a message of ours. */
export interface PostedTask {
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  readonly leaseToken: string;
  readonly runMs: number | null;
  readonly startsAtOnce: boolean;
}

/** A broker in memory, as an engine sees it: what was posted to it, and who is said to read. */
export class FakeBroker {
  readonly posted: { readonly type: string; readonly message: Written }[] = [];
  readonly told: { readonly queue: string; readonly message: Written }[] = [];
  readonly readers = new Map<string, number>();
  trouble: string | undefined;
  /** It answers nothing, until nobody listens any more. */
  isSilent = false;
  listener: TaskListener | undefined;
  private endSilence: (error: Error) => void = () => undefined;
  private readonly link = {
    owner: 'engine',
    stateOf: async (_namespace: string, type: string) => {
      if (this.isSilent) await new Promise((_, reject) => (this.endSilence = reject));
      const readers = this.readers.get(type) ?? 0;
      if (readers < 0) throw new Error('the queue is another one');
      return { readers, unread: this.posted.filter((each) => each.type === type).length };
    },
    post: (_namespace: string, type: string, message: Written) => {
      if (this.trouble === undefined) this.posted.push({ type, message });
      return this.trouble === undefined;
    },
    tell: (queue: string, message: Written) => void this.told.push({ queue, message }),
    close: async () => this.endSilence(new Error('the connection was closed')),
  };

  openTasks(listener: TaskListener): TaskLink {
    this.listener = listener;
    const link = Object.defineProperty(this.link, 'trouble', { get: () => this.trouble, configurable: true });
    return link as unknown as TaskLink;
  }

  /** What was posted since it was asked last. */
  take(): PostedTask[] {
    return this.posted.splice(0).flatMap(({ message }) => tasksIn(message));
  }
}

export function tasksIn({ contentType, body }: Written): PostedTask[] {
  const format = contentType === 'application/msgpack' ? 'msgpack' : 'json';
  return (JSON.parse(jsonText(format, body).toString()) as { readonly tasks: PostedTask[] }).tasks;
}

/** The queues of a process over a broker in memory, and what workers say to it. */
export async function openQueues(world: World, process: Process) {
  const broker = new FakeBroker();
  const { orchestration } = process;
  const reports = new ReportResults(orchestration.dispatcher, { refusal: (error) => refusalOf(error) });
  const fates: string[] = [];
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const queues = new TaskQueues({ orchestration, reports, onError, onFate: (fate) => fates.push(fate) });
  const intake = await CommandIntake.over({ orchestration, workers: queues, onError });
  queues.start(broker, (message) => intake.take(message));
  const say = async (command: string, data: object, from = 'w1') => {
    const { reply, aside } = await intake.take(delivery(command, { data }, { replyTo: from }));
    await settled();
    return { aside, ...(reply ? { status: reply.status, body: JSON.parse(reply.body.toString()) as never } : {}) };
  };
  const beat = (attempts: readonly object[] = [], more: object = {}) =>
    say('BeatWorker', { workerId: 'w1', slots: 10, types: ['work'], attempts, ...more });
  /** Lets the queues look who reads. */
  const look = () => world.advance(1_000);
  return { broker, queues, fates, errors, say, beat, look };
}
