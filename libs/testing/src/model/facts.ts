import type { TaskEvent, WorkflowEvent } from '@orrery/domain';
import type { Part } from './part.js';
import type { RunModel } from './run-model.js';

type Seen<T extends WorkflowEvent['type']> = Extract<WorkflowEvent, { type: T }>;
/** Gives what comes of it (told), or nothing for a fact; throws what cannot be. */
type See<T extends WorkflowEvent['type']> = (event: Seen<T>) => string | undefined;

/** What nobody can foresee, and what an engine says that it decided of itself: the events of a decision, told apart. */
export class Facts {
  constructor(private readonly run: RunModel) {}

  private readonly on: { readonly [T in WorkflowEvent['type']]?: See<T> } = {
    WorkflowStarted: ({ input }) => {
      this.run.input = input;
      return this.fact(() => this.run.begin());
    },
    SignalReceived: ({ name, payload }) => this.fact(() => this.run.signals.push({ name, payload })),
    WorkflowPaused: () => this.fact(() => (this.run.paused = true)),
    WorkflowResumed: () => {
      this.run.paused = false;
      return this.fact(() => this.run.begin());
    },
    WorkflowStopped: ({ cause, compensate }) => {
      if (cause === 'failed') return 'stop';
      this.run.paused = false;
      return this.fact(() => this.run.stopAll(cause, compensate));
    },
    WorkflowRetried: ({ status }) => this.retried(status),
    CompensationStarted: () => 'compensate',
    WorkflowCompleted: ({ output }) => `end completed ${JSON.stringify(output)}`,
    WorkflowFailed: ({ notUndone = [] }) => `end failed ${JSON.stringify(notUndone)}`,
    WorkflowCompensated: () => 'end compensated null',
    WorkflowCancelled: () => 'end cancelled null',
    TaskQueued: (event) => this.began(event),
    TaskStarted: (event) => this.began(event),
    TaskCompleted: (event) => this.completed(event),
    TaskFailed: (event) => this.failed(event),
    TaskSkipped: (event) => `skip ${nameOf(event)}`,
    TaskExpanded: (event) => `expand ${nameOf(event)}`,
    TaskCollected: (event) => `collect ${nameOf(event)}`,
    TaskWithdrawn: (event) => this.fact(() => (this.underWay(event).status = 'cancelled')),
  };

  /** Takes a fact in, or adds to what was told. Says what cannot be. */
  see(event: WorkflowEvent, told: string[]): string | undefined {
    try {
      const said = (this.on as Record<string, ((event: WorkflowEvent) => string | undefined) | undefined>)[
        event.type
      ]?.(event);
      if (said !== undefined) told.push(said);
      return undefined;
    } catch (error) {
      return `${event.type}${'task' in event ? ` ${event.task}` : ''}: ${(error as Error).message}`;
    }
  }

  private fact(take: () => unknown): undefined {
    take();
    return undefined;
  }

  private began(event: Seen<'TaskQueued' | 'TaskStarted'>): string | undefined {
    const part = this.run.parts.get(event.task);
    if (part?.status === 'open' && part.attempt === event.attempt) return undefined;
    if (part?.status !== 'retrying') return `begin ${nameOf(event)}`;
    if (event.attempt !== part.attempt + 1) throw new Error(`attempt ${event.attempt} follows ${part.attempt}`);
    if (this.run.paused) throw new Error('it begins in a run that is paused');
    part.attempt = event.attempt;
    part.status = 'open';
    return undefined;
  }

  private completed(event: Seen<'TaskCompleted'>): string | undefined {
    const part = this.run.parts.get(event.task);
    // What the engine completes itself it completes as it begins, or when a signal comes.
    const isDerived = part?.written.type === 'noop' || event.signal !== undefined;
    if (!isDerived) this.run.complete(this.underWay(event), event.output);
    if (part?.undoneBy !== undefined) this.run.undo.push(part);
    return isDerived ? `complete ${nameOf(event)}` : undefined;
  }

  private failed(event: Seen<'TaskFailed'>): undefined {
    const again = this.run.fail(this.underWay(event));
    if (again !== (event.retryAt !== undefined))
      throw new Error(`another attempt ${again ? 'must' : 'must not'} follow`);
  }

  private retried(status: 'running' | 'compensating'): undefined {
    const { run } = this;
    if (run.status !== 'failed') throw new Error(`it is ${run.status}`);
    run.status = 'running';
    const undoes = run.stop!.compensate;
    if (undoes !== (status === 'compensating')) throw new Error(`it goes on ${status}`);
    if (undoes) {
      run.undoFailed = false;
      return again(run.parts.get(run.undo.at(-1)!.undoneBy!)!);
    }
    run.stop = undefined;
    for (const part of run.parts.values()) if (part.undoes === undefined && part.output === undefined) again(part);
    run.begin();
  }

  /** The part whose attempt this is, if somebody may be at it. */
  private underWay({ task, attempt }: Pick<TaskEvent, 'task' | 'attempt'>): Part {
    const part = this.run.parts.get(task);
    if (!part || part.attempt !== attempt || (part.status !== 'open' && part.status !== 'asleep'))
      throw new Error(`attempt ${attempt} is not under way: ${part ? `${part.attempt} is ${part.status}` : 'no such'}`);
    return part;
  }
}

/** As if it had never been tried. A list that has begun goes on. */
function again(part: Part): undefined {
  part.failures = 0;
  part.status = part.items === undefined ? 'pending' : 'open';
}

function nameOf({ task, attempt }: Pick<TaskEvent, 'task' | 'attempt'>): string {
  return `${task}.${attempt}`;
}
