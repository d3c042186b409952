import type { Namespace, StreamId } from '@orrery/domain';
import { named } from '../../kernel/named.js';
import type { LabelFilter } from '../ports/runs.js';
import { type LiveFilter, type LiveSubject, wants } from './live-filter.js';

/** Who is in the index, and what for. */
export interface Indexed {
  readonly namespace: Namespace;
  readonly filter: LiveFilter;
}

const FEW = 4;

/**
 * Subscriptions by what they want, so that an event visits those that may want it and no others. Each stands in one
 * place: under the part of its filter that leaves out the most.
 */
export class SubscriptionIndex<Entry extends Indexed> {
  private readonly places = new Map<string, Set<Entry>>();
  private readonly all = new Set<Entry>();
  private ofRuns = 0;

  get size(): number {
    return this.all.size;
  }

  /** Everybody in it. */
  values(): Iterable<Entry> {
    return this.all;
  }

  add(entry: Entry): void {
    if (this.all.has(entry)) return;
    const key = placeOf(entry);
    this.places.set(key, (this.places.get(key) ?? new Set()).add(entry));
    this.all.add(entry);
    if (entry.filter.workflow !== undefined) this.ofRuns++;
  }

  delete(entry: Entry): void {
    if (!this.all.delete(entry)) return;
    const key = placeOf(entry);
    const place = this.places.get(key)!;
    place.delete(entry);
    if (place.size === 0) this.places.delete(key);
    if (entry.filter.workflow !== undefined) this.ofRuns--;
  }

  has(entry: Entry): boolean {
    return this.all.has(entry);
  }

  /** False where nobody can want anything of this run, whatever is to be said of it. */
  mayWant(namespace: Namespace, run: StreamId): boolean {
    return this.all.size > this.ofRuns || this.places.has(named(namespace, runKey(run)));
  }

  /** Those that want what is about this, whatever the type of the event. */
  wanting(subject: LiveSubject): readonly Entry[] {
    // To ask so few of them costs less than to look.
    if (this.size <= FEW) {
      return [...this.all].filter((each) => each.namespace === subject.namespace && wants(each.filter, subject));
    }
    const found: Entry[] = [];
    for (const key of keysOf(subject)) {
      for (const entry of this.places.get(named(subject.namespace, key)) ?? []) {
        if (wants(entry.filter, subject)) found.push(entry);
      }
    }
    return found;
  }
}

const EVERYTHING = 'all';
const runKey = (run: string) => `run ${run}`;
const definitionKey = (name: string) => `definition ${name}`;
const labelKey = ({ name, value }: LabelFilter) => (value === undefined ? `label ${name}` : `label ${name}=${value}`);

function placeOf({ namespace, filter: { workflow, labels = [], definition } }: Indexed): string {
  const label = labels.find(({ value }) => value !== undefined) ?? labels[0];
  if (workflow !== undefined) return named(namespace, runKey(workflow));
  if (label) return named(namespace, labelKey(label));
  return named(namespace, definition === undefined ? EVERYTHING : definitionKey(definition));
}

/** All places at which somebody may stand who wants what is about this. */
function* keysOf({ workflow, definition, labels }: LiveSubject): Iterable<string> {
  yield EVERYTHING;
  if (workflow !== null) yield runKey(workflow);
  if (definition !== null) yield definitionKey(definition);
  for (const [name, value] of Object.entries(labels)) {
    yield labelKey({ name });
    yield labelKey({ name, value });
  }
}
