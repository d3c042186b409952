import {
  CancelWorkflow,
  Gone,
  type Json,
  NotFound,
  PauseWorkflow,
  type Recorded,
  ResumeWorkflow,
  type StreamId,
  type WorkflowEvent,
  type WorkflowState,
  childOf,
  inputOf,
  isOver,
  priorityOf,
  taskAt,
  taskOf,
  tasksOf,
} from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import { growing } from '../../kernel/growing.js';
import { type StreamKey, keyOf } from '../../kernel/ports/log.js';
import { childIdOf } from '../child-ids.js';
import type { ChildRuns } from '../child-runs.js';
import type { EngineKernel } from '../engine-kernel.js';
import { endingOf } from '../run-endings.js';
import { type Run, planOf, tellsWhatRuns } from '../workflow-streams.js';

type React<E> = (run: Run, event: E) => void;

/** What a run wants of a child of its own that runs. */
type Wish = 'go on' | 'pause' | 'cancel';

interface Wanted {
  readonly wish: Wish;
  /** Of what is cancelled: whether it is undone. */
  readonly compensate?: boolean;
}

const CANCEL: Wanted = { wish: 'cancel', compensate: true };
const TIMED_OUT = 'task.timed-out';

interface AttemptOf {
  readonly task: number;
  readonly attempt: number;
}

/** How many children are remembered, so that they are not told twice what they were told. */
const CHILDREN_REMEMBERED = 100_000;

/**
 * What committed events mean between a run and its children: starts a child for each attempt that is one, passes cancel,
 * pause and resume down, and tells the parent how its child ended. All of it can be done again from the state.
 */
export class LinkChildRuns {
  private readonly told = new LRUCache<string, Wish>(growing(CHILDREN_REMEMBERED));
  /**
   * Not the same as told: what goes on again may begin a child in the same commit, which nobody has started yet; and one
   * that was started long ago may stand still, as an earlier owner told it to.
   */
  private readonly started = new LRUCache<string, true>(growing(CHILDREN_REMEMBERED));
  private readonly on: { readonly [T in WorkflowEvent['type']]?: React<Extract<WorkflowEvent, { type: T }>> } = {
    TaskStarted: (run, event) => {
      if (event.child) this.start(run, event);
    },
    TaskFailed: (run, event) => {
      if (taskOf(run.state, event.task).child && event.error.code === TIMED_OUT) this.wish(run, event, CANCEL);
    },
    WorkflowStopped: (run, { cause, compensate }) => {
      if (tellsWhatRuns(planOf(run), cause)) this.passDown(run, { ...CANCEL, compensate });
    },
    WorkflowPaused: (run) => this.passDown(run, { wish: 'pause' }),
    WorkflowResumed: (run) => this.passDown(run, { wish: 'go on' }),
  };

  constructor(
    private readonly children: ChildRuns,
    private readonly kernel: EngineKernel,
    private readonly onError: (error: unknown) => void,
  ) {}

  react(run: Run, events: readonly Recorded[]): void {
    const table = this.on as Record<string, React<WorkflowEvent> | undefined>;
    for (const { event } of events) table[event.type]?.(run, event as WorkflowEvent);
    const { parent, stopped } = run.state;
    const ending = parent && endingOf(events.at(-1)!.event);
    if (!ending) return;
    // Why a run was undone or cancelled is said by what stopped it.
    const error = ending.status === 'completed' ? null : (ending.error ?? stopped!.error);
    this.children.tell(run.key, parent, { ...ending, error });
  }

  /** Between what this process owned before and what it owns now, others may have told their children otherwise. */
  forget(): void {
    this.told.clear();
    this.started.clear();
  }

  /** Brings children and parent in line with a run's state, whatever of it they were told before. */
  reconcile(run: Run): void {
    const { state } = run;
    for (const [task, { child, status, attempt, error }] of tasksOf(state)) {
      if (!child) continue;
      if (status === 'running') this.start(run, { task, attempt });
      else if (error?.code === TIMED_OUT) this.wish(run, { task, attempt }, CANCEL);
    }
    for (const wanted of wantedBy(run)) this.passDown(run, wanted);
    if (state.parent === null) return;
    if (isOver(state)) this.children.tell(run.key, state.parent);
    else this.cancelIfOrphaned(run, state.parent).catch(this.onError);
  }

  private start(run: Run, { task, attempt }: AttemptOf): void {
    const key = childKey(run, { task, attempt });
    if (this.started.has(keyOf(key))) return;
    this.started.set(keyOf(key), true);
    const plan = planOf(run);
    const planned = taskAt(plan, task)!;
    // It was evaluated when the attempt began, and gives the same again.
    const { value } = inputOf(plan, planned, run.state) as { value: Json };
    const depth = (run.state.parent?.depth ?? 0) + 1;
    this.children.start({
      key,
      parent: { workflow: run.key.stream, task, attempt, depth },
      request: childOf(value)!,
      priority: priorityOf(planned, run.state),
      traceparent: run.traceparent,
    });
  }

  /** Tells every child that runs; what undoes a task is not cancelled, for it begins when its run has been. */
  private passDown(run: Run, wanted: Wanted): void {
    for (const [task, { child, status, attempt }] of tasksOf(run.state)) {
      if (!child || status !== 'running') continue;
      const isMeant = wanted.wish !== 'cancel' || taskAt(planOf(run), task)!.compensates === null;
      if (isMeant) this.wish(run, { task, attempt }, wanted);
    }
  }

  private wish(run: Run, of: AttemptOf, wanted: Wanted): void {
    this.wishOf(childKey(run, of), wanted, run.key);
  }

  private wishOf(key: StreamKey, { wish, compensate }: Wanted, by: StreamKey): void {
    // A child that was cancelled, and does what that takes, is paused and goes on as any other.
    const name = `${keyOf(key)} ${wish === 'cancel' ? wish : 'pace'}`;
    if (this.told.get(name) === wish) return;
    this.told.set(name, wish);
    if (wish === 'pause') this.children.send(key, new PauseWorkflow({ by: 'parent' }), by);
    else if (wish === 'go on') this.children.send(key, new ResumeWorkflow({ by: 'parent' }), by);
    else this.children.send(key, new CancelWorkflow({ reason: 'its parent wants it no more', compensate }), by);
  }

  /** Whoever was to cancel it may have died before; the log says whether its parent still waits for it. */
  private async cancelIfOrphaned({ key }: Run, parent: NonNullable<WorkflowState['parent']>): Promise<void> {
    const { aggregates, workflows } = this.kernel;
    const parentKey = { namespace: key.namespace, stream: parent.workflow as StreamId };
    const loaded = await aggregates.read(parentKey, workflows).catch((error: unknown) => {
      if (error instanceof NotFound || error instanceof Gone) return undefined;
      throw error;
    });
    const task = loaded && taskOf(loaded.state as WorkflowState, parent.task);
    const isWanted = task?.attempt === parent.attempt && task.status === 'running';
    if (!isWanted) this.wishOf(key, CANCEL, key);
  }
}

/** What a run wants of its children, as its state says. */
function wantedBy(run: Run): readonly Wanted[] {
  const { stopped, status } = run.state;
  const pace: Wanted = { wish: status === 'paused' ? 'pause' : 'go on' };
  if (!stopped || !tellsWhatRuns(planOf(run), stopped.cause)) return [pace];
  return [{ ...CANCEL, compensate: stopped.compensate }, pace];
}

function childKey({ key: { namespace, stream } }: Run, { task, attempt }: AttemptOf): StreamKey {
  return { namespace, stream: childIdOf(namespace, stream, task, attempt) };
}
