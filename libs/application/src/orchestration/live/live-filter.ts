import type { Labels, Namespace, StreamId } from '@orrery/domain';
import type { LabelFilter } from '../ports/runs.js';

/** Which events a subscriber wants: those that fit everything that is given. Without anything, all of its namespace. */
export interface LiveFilter {
  readonly workflow?: StreamId;
  /** The name of a definition: its own events, and those of its runs. */
  readonly definition?: string;
  /** The run has all of these labels: with this value, or with any. */
  readonly labels?: readonly LabelFilter[];
  /** Types of events. */
  readonly types?: ReadonlySet<string>;
  /** Nothing but the events of runs. */
  readonly ofRuns?: true;
}

/** What an event is about, as far as it takes to know who wants it. */
export interface LiveSubject {
  readonly namespace: Namespace;
  /** Null for what is no run's. */
  readonly workflow: StreamId | null;
  /** The definition's name; null where nothing says it: of a dead letter, or of a run whose beginning was removed. */
  readonly definition: string | null;
  readonly labels: Labels;
}

/** Whether events about this are wanted, whatever their type. */
export function wants({ workflow, definition, labels = [], ofRuns }: LiveFilter, subject: LiveSubject): boolean {
  if (ofRuns && subject.workflow === null) return false;
  if (workflow !== undefined && workflow !== subject.workflow) return false;
  if (definition !== undefined && definition !== subject.definition) return false;
  return labels.every(({ name, value }) => {
    const is = Object.hasOwn(subject.labels, name) ? subject.labels[name] : undefined;
    return is !== undefined && (value === undefined || is === value);
  });
}
