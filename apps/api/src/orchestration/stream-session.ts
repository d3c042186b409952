import { type Clock, type Dispatcher, type HandedTask, type SeenWorkers, WorkerSession } from '@orrery/application';
import {
  type ReportResults,
  type ResultAnswer,
  SESSION_LIMITS,
  attemptOf,
  shownTask,
  unlessLost,
} from '@orrery/contract';
import type { Namespace, TaskId } from '@orrery/domain';
import { CLOSE } from '../contract/closes.js';
import type { ServerFrame, WorkerFrame } from '../contract/worker-frames.js';
import type { FrameSession } from '../http/frame-sessions.js';
import type { FrameSocket } from '../http/frame-socket.js';

type Hello = Extract<WorkerFrame, { type: 'hello' }>;
type Held = Extract<WorkerFrame, { type: 'beat' }>['attempts'];

/** What a session needs of the process it is in. */
export interface SessionParts {
  readonly dispatcher: Dispatcher;
  readonly workers: SeenWorkers;
  readonly reports: ReportResults;
  readonly clock: Clock;
}

/** An attempt in the worker's hands; a cancelled one still takes its slot, until the worker lets go of it. */
interface Holding {
  readonly attempt: number;
  /** When it was given to this session, in milliseconds since the epoch. */
  readonly since: number;
  cancelled: boolean;
}

/** How often a reader that was too slow is looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/** A worker over a socket: tasks are pushed to it as its slots free up. */
export class StreamSession extends WorkerSession implements FrameSession<WorkerFrame> {
  private readonly holding = new Map<TaskId, Holding>();
  private cancelled: { id: TaskId; attempt: number }[] = [];
  private slots: number;
  private unanswered = 0;
  private draining = false;
  private held = false;
  private whenAnswered: (() => void)[] = [];

  constructor(
    namespace: Namespace,
    hello: Hello,
    private readonly socket: FrameSocket<ServerFrame>,
    private readonly parts: SessionParts,
  ) {
    super(hello.workerId, namespace, new Set(hello.types), false);
    this.slots = hello.slots;
  }

  /** Begins: what the worker still holds from a session before is taken up, and what it no longer holds is told. */
  start({ attempts = [] }: Hello, sessionId: string): void {
    for (const attempt of attempts) this.hold(attempt.id.id, attemptOf(attempt));
    const lost = this.takeUp(attempts);
    for (const { id } of lost) this.holding.delete(id.id);
    this.socket.send({ type: 'welcome', sessionId, limits: SESSION_LIMITS, lost: shownHeld(lost) });
    this.countFree();
    this.parts.dispatcher.connect(this);
  }

  /** What each frame means; those that begin a session are not among them. */
  readonly on: FrameSession<WorkerFrame>['on'] = {
    beat: ({ attempts }) => {
      const lost = this.takeUp(attempts);
      const listed = new Set(attempts.map(({ id }) => id.id));
      for (const [id, holding] of this.holding) if (!listed.has(id) && this.isDropped(holding)) this.letGo(id);
      this.socket.send({ type: 'beat', lost: shownHeld(lost) });
    },
    heartbeats: ({ attempts }) => {
      for (const attempt of attempts) {
        const lease = unlessLost(() => this.parts.dispatcher.heartbeat(this.addressOf(attempt)));
        if (lease === undefined) this.cancel(attempt.id.id, attemptOf(attempt));
      }
    },
    results: ({ seq, results }) => {
      this.countUnanswered(results.length);
      for (const { id, leaseToken } of results) {
        if (this.holding.get(id.id)?.attempt === attemptOf({ leaseToken })) this.letGo(id.id);
      }
      void this.parts.reports.report(this.namespace, results, { id: this.workerId }).then((answers) => {
        this.socket.send({ type: 'answers', seq, answers: answers.map(shownAnswer) });
        this.countUnanswered(-results.length);
      });
    },
    slots: ({ slots }) => {
      this.slots = slots;
      this.countFree();
    },
    drain: () => {
      this.draining = true;
      this.parts.dispatcher.disconnect(this);
      this.tellDrained();
    },
  };

  override deliver(tasks: readonly HandedTask[]): void {
    for (const { id, attempt } of tasks) this.hold(id, attempt);
    for (const frame of taskFrames(tasks)) this.socket.sendText(frame);
    if (this.socket.bufferedBytes > SESSION_LIMITS.bufferedBytes) this.waitForReader();
  }

  /** Many end together when their run is stopped: they are told together. */
  override cancel(task: TaskId, attempt: number): void {
    const holding = this.holding.get(task);
    if (holding?.attempt === attempt) holding.cancelled = true;
    if (this.cancelled.push({ id: task, attempt }) > 1) return;
    queueMicrotask(() => {
      const attempts = this.cancelled;
      this.cancelled = [];
      this.socket.send({ type: 'cancel', attempts });
    });
  }

  /** The connection is gone. What the worker holds is kept for it for the length of a lease. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.parts.dispatcher.disconnect(this);
    if (this.holding.size === 0) void this.parts.workers.gone(this.namespace, this.workerId);
  }

  /** Another session of the same worker took its place. */
  replace(): void {
    this.ended = true;
    this.parts.dispatcher.disconnect(this);
    this.socket.end(CLOSE.replaced, 'another session of this worker took its place');
  }

  /** The process stops: nothing new, and an answer to everything that was sent. */
  async leave(): Promise<void> {
    this.parts.dispatcher.disconnect(this);
    this.socket.send({ type: 'drain' });
    if (this.unanswered > 0) await new Promise<void>((resolve) => this.whenAnswered.push(resolve));
    this.socket.close(CLOSE.goingAway, 'the server stops: connect again');
  }

  /** A sign of life of everything it lists; gives back what it no longer holds. */
  private takeUp(attempts: Held): Held {
    const { workerId, namespace, types, slots } = this;
    this.parts.workers.seen({ namespace, workerId, types: [...types], transport: 'stream', slots });
    return attempts.filter((attempt) => {
      const lease = unlessLost(() => this.parts.dispatcher.beat(this.addressOf(attempt), this));
      const holding = this.holding.get(attempt.id.id);
      // What it was told before it need not be told again.
      if (lease?.cancelled && !holding?.cancelled) this.cancel(attempt.id.id, attemptOf(attempt));
      if (lease === undefined && holding?.attempt === attemptOf(attempt)) holding.cancelled = true;
      return lease === undefined;
    });
  }

  private hold(id: TaskId, attempt: number): void {
    this.holding.set(id, { attempt, since: this.parts.clock.now(), cancelled: false });
  }

  /** Whether a worker that does not list an attempt has let go of it; one that it has just been given it may not know yet. */
  private isDropped({ cancelled, since }: Holding): boolean {
    return cancelled || this.parts.clock.now() - since >= SESSION_LIMITS.beatEveryMs;
  }

  private addressOf({ id: { workflow, ordinal }, leaseToken }: Held[number]) {
    return { namespace: this.namespace, workflow, ordinal, leaseToken };
  }

  private letGo(id: TaskId): void {
    if (!this.holding.delete(id)) return;
    this.countFree();
    this.tellDrained();
  }

  private countFree(): void {
    this.free = this.slots - this.holding.size;
    if (this.free > 0 && !this.draining && !this.held) this.parts.dispatcher.freed();
  }

  private countUnanswered(change: number): void {
    const before = this.unanswered;
    this.unanswered += change;
    const { resultsInFlight: most } = SESSION_LIMITS;
    if (before <= most && this.unanswered > most) this.socket.pause();
    if (before > most && this.unanswered <= most) this.socket.resume();
    if (this.unanswered > 0) return;
    for (const resolve of this.whenAnswered.splice(0)) resolve();
    this.tellDrained();
  }

  private tellDrained(): void {
    if (this.draining && this.holding.size === 0 && this.unanswered === 0) this.socket.send({ type: 'drained' });
  }

  /** Nothing more is handed to who does not read what was handed to it. */
  private waitForReader(): void {
    if (this.held || this.draining) return;
    this.held = true;
    this.parts.dispatcher.disconnect(this);
    const look = () => {
      if (this.ended || this.draining) return;
      if (this.socket.bufferedBytes > SESSION_LIMITS.bufferedBytes)
        return void this.parts.clock.after(LOOK_AGAIN_MS, look);
      this.held = false;
      this.parts.dispatcher.connect(this);
    };
    this.parts.clock.after(LOOK_AGAIN_MS, look);
  }
}

/** A worker reads nothing, so it needs no position. */
function shownAnswer(answer: ResultAnswer) {
  return answer.recorded ? { id: answer.id, recorded: true as const } : answer;
}

function shownHeld(attempts: Held) {
  return attempts.map(({ id, leaseToken }) => ({ id: id.id, leaseToken }));
}

/** Tasks as frames, many in each, none much larger than a frame should be. */
function* taskFrames(tasks: readonly HandedTask[]): Iterable<string> {
  let texts: string[] = [];
  let size = 0;
  for (const task of tasks) {
    const text = JSON.stringify(shownTask(task));
    if (
      texts.length === SESSION_LIMITS.tasksPerFrame ||
      (texts.length > 0 && size + text.length > SESSION_LIMITS.frameBytes / 4)
    ) {
      yield taskFrame(texts);
      texts = [];
      size = 0;
    }
    texts.push(text);
    size += text.length;
  }
  if (texts.length > 0) yield taskFrame(texts);
}

function taskFrame(texts: readonly string[]): string {
  return `{"type":"tasks","tasks":[${texts.join()}]}`;
}
