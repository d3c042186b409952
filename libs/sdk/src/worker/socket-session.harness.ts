import type { LeasedTask } from '../client/task-answers.js';
import type { HeldAttempt } from '../client/tasks.js';
import type { Json } from '../json.js';
import { FakeServer } from '../socket/fake-server.harness.js';
import type { Log } from './log.js';
import { SocketSession } from './socket-session.js';
import type { TaskContext, TaskHandler } from './task-context.js';
import type { ServerFrame, WorkerFrame } from './worker-frames.js';

type FrameOf<Type extends WorkerFrame['type']> = Extract<WorkerFrame, { type: Type }>;

/** The server of a worker, in the hands of a spec. */
export class FakeTaskServer extends FakeServer<WorkerFrame, ServerFrame> {
  constructor() {
    super('/tasks/stream');
  }

  /** Greets the next worker that comes. */
  async welcome(lost: readonly HeldAttempt[] = []): Promise<FrameOf<'hello'>> {
    const hello = await this.next('hello');
    this.send({ type: 'welcome', limits: {}, lost });
    return hello;
  }

  /** Hands a task out: a name is all that differs. */
  hand(name: string, more: Partial<LeasedTask> = {}): void {
    const task = { workflowId: 'run', key: name, attempt: 1, maxAttempts: 3, compensation: false, input: name };
    const rest = { deadline: null, heartbeatMs: 5_000, idempotencyKey: name, trace: null };
    const { attempt = 1 } = more;
    const whole = { ...task, ...rest, id: name, type: 'work', leaseToken: `${attempt}.${name}`, ...more };
    this.send({ type: 'tasks', tasks: [whole] });
  }

  /** Hears that the worker takes nothing more, while it holds nothing. */
  async letGo(): Promise<void> {
    await this.next('drain');
    this.send({ type: 'drained' });
  }

  answer({ seq, results }: FrameOf<'results'>, recorded = true, retryable = false): void {
    const problem = { status: 503, code: 'not.now', title: 'Not just now', detail: 'not just now', retryable };
    const answers = results.map(({ id }) => (recorded ? { id, recorded } : { id, recorded, problem }));
    this.send({ type: 'answers', seq, answers });
  }
}

/** A worker whose tasks end when the spec says so. */
export class Work {
  readonly session: SocketSession;
  readonly said: string[] = [];
  readonly begun = new Map<string, TaskContext>();
  private readonly endings = new Map<string, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();

  constructor(url: string) {
    const handler: TaskHandler = (input: Json, context) => {
      this.begun.set(String(input), context);
      return new Promise((resolve, reject) => this.endings.set(String(input), { resolve, reject }));
    };
    const say = (words: string) => void this.said.push(words);
    const log: Log = { debug: () => undefined, info: () => undefined, warn: say, error: say };
    this.session = new SocketSession({
      url,
      workerId: 'worker-1',
      concurrency: 7,
      types: ['work'],
      handlerOf: () => handler,
      log,
      onRefused: (why) => say(`refused: ${why}`),
    });
  }

  end(name: string, output: unknown): void {
    this.endings.get(name)!.resolve(output);
  }

  fail(name: string, error: Error): void {
    this.endings.get(name)!.reject(error);
  }
}
