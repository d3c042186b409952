import { type Context, ROOT_CONTEXT, type Tracer, trace } from '@opentelemetry/api';
import { type Clock, type Orchestration, type Run, type ViewBatch, keyOf, planOf } from '@orrery/application';
import type { Recorded, WorkflowEvent } from '@orrery/domain';
import type { Observer } from '../monitoring/observer.js';
import { type RunTimes, type Told, newTimes, spansOf } from './run-spans.js';
import { recordedTrace } from './trace-context.js';

/** What happens so long after a run began is a trace of its own, linked to the first: nobody keeps one open for days. */
const LONG_AFTER_MS = 10 * 60_000;
/** So many commits are remembered until they are in the lists. */
const UNLISTED_MAX = 10_000;

/** A commit that is not in the lists yet. */
interface Unlisted {
  readonly within: Context;
  readonly at: number;
}

/**
 * Tells of the commits, attempts and end of a run as spans, after the fact: all that a span says is in the events. So
 * runs that nobody traces cost nothing, and a trace says what the log says.
 */
export class TraceRuns implements Observer {
  private readonly times = new WeakMap<Run, RunTimes>();
  private readonly unlisted = new Map<string, Unlisted>();

  constructor(
    private readonly tracer: Tracer,
    private readonly clock: Clock,
  ) {}

  follow({ kernel, ports }: Orchestration): void {
    kernel.handle.onCommitted((aggregate, events) => {
      if (aggregate.type !== kernel.workflows) return;
      const began = recordedTrace(aggregate.traceparent);
      if (!began) return;
      const run = aggregate as unknown as Run;
      const within = this.committed(run, events as readonly Recorded<WorkflowEvent>[], began);
      // Who owns it keeps it in the lists.
      if (ports.ownership.owned().has(aggregate.partition)) this.isUnlisted(run, within);
    });
  }

  /** The lists have these runs, as they were when their batch was read. */
  written({ runs }: ViewBatch): void {
    for (const run of runs) {
      const name = keyOf(run);
      const unlisted = this.unlisted.get(name);
      if (!unlisted) continue;
      this.unlisted.delete(name);
      const { within, at: startTime } = unlisted;
      this.tell(within, { name: 'update_lists', startTime, endTime: this.clock.now() });
    }
  }

  /** Tells of a commit, and within what it did. */
  private committed(run: Run, events: readonly Recorded<WorkflowEvent>[], began: Context): Context {
    const { at } = events[0]!;
    const now = this.clock.now();
    const times = this.timesOf(run, at);
    const attributes = { 'orrery.workflow.id': run.key.stream, 'orrery.workflow.definition': planOf(run).name };
    const within = at - times.startedAt > LONG_AFTER_MS ? this.goOn(began, { startTime: at, endTime: now }) : began;
    const commit = { name: 'commit', startTime: at, endTime: now, attributes: { 'orrery.events': events.length } };
    for (const told of [...spansOf(run, events, times), commit])
      this.tell(within, { ...told, attributes: { ...attributes, ...told.attributes } });
    return within;
  }

  private isUnlisted({ key }: Run, within: Context): void {
    const name = keyOf(key);
    if (this.unlisted.has(name)) return;
    // The first that came goes: it may be another's since, and is never heard of again.
    if (this.unlisted.size >= UNLISTED_MAX) this.unlisted.delete(this.unlisted.keys().next().value!);
    this.unlisted.set(name, { within, at: this.clock.now() });
  }

  /** A trace of its own, which leads to the one that the run began in. */
  private goOn(began: Context, span: Pick<Told, 'startTime' | 'endTime'>): Context {
    const links = [{ context: trace.getSpanContext(began)! }];
    const { startTime, endTime } = span;
    const root = this.tracer.startSpan('continue_workflow', { startTime, links, root: true }, ROOT_CONTEXT);
    root.end(endTime);
    return trace.setSpan(ROOT_CONTEXT, root);
  }

  private tell(within: Context, { name, startTime, endTime, attributes, status }: Told): void {
    const span = this.tracer.startSpan(name, { startTime, attributes }, within);
    if (status) span.setStatus(status);
    span.end(Math.max(startTime, endTime));
  }

  /** A run that an earlier owner began counts from what is known of it here. */
  private timesOf(run: Run, at: number): RunTimes {
    let times = this.times.get(run);
    if (!times) this.times.set(run, (times = newTimes(at)));
    return times;
  }
}
