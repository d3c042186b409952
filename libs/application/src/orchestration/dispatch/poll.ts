import type { Namespace, TaskId } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { Dispatcher } from './dispatcher.js';
import { type HandedTask, WorkerSession } from './worker-session.js';

/** What a polling worker asks for. */
export interface PollRequest {
  readonly namespace: Namespace;
  readonly workerId: string;
  readonly types: readonly string[];
  /** How many tasks it takes at most. */
  readonly max: number;
  readonly waitMs: number;
}

/** A worker that asks, takes what there is, and goes: a session for the length of one question. */
class PollSession extends WorkerSession {
  constructor(
    { workerId, namespace, types, max }: PollRequest,
    private readonly answer: (tasks: readonly HandedTask[]) => void,
  ) {
    super(workerId, namespace, new Set(types), false);
    this.free = max;
  }

  override deliver(tasks: readonly HandedTask[]): void {
    this.free = 0;
    this.answer(tasks);
  }

  override cancel(_task: TaskId, _attempt: number): void {
    // It is told when it next speaks of the attempt.
  }
}

/** Waits until there is something to do, at most so long; `abandoned` tells that nobody waits for it any more. */
export function poll(
  request: PollRequest,
  dispatcher: Dispatcher,
  clock: Clock,
  abandoned: (callback: () => void) => void,
): Promise<readonly HandedTask[]> {
  return new Promise((resolve) => {
    const end = (tasks: readonly HandedTask[]) => {
      cancel();
      session.free = 0;
      session.ended = true;
      dispatcher.disconnect(session);
      resolve(tasks);
    };
    const session = new PollSession(request, end);
    const cancel = clock.after(request.waitMs, () => end([]));
    abandoned(() => end([]));
    dispatcher.connect(session);
  });
}
