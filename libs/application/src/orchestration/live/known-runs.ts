import type { Labels, WorkflowEvent } from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import type { FollowedCommit } from '../../kernel/follow.js';
import { type Log, type StreamKey, keyOf } from '../../kernel/ports/log.js';
import { eventsOf } from '../recorded-events.js';

/** How many runs are remembered: of one that is not, the first event is read again. */
const RUNS_REMEMBERED = 50_000;
/** How many are read at once. */
const READ_AT_ONCE = 20;

/** What the first event of a run says of all that come after it. */
export interface RunOrigin {
  readonly definition: string;
  readonly hash: string;
  readonly labels: Labels;
}

/** Remembers what runs run and how they are labelled, which only their first events say. */
export class KnownRuns {
  private readonly origins = new LRUCache<string, RunOrigin>({ max: RUNS_REMEMBERED });

  constructor(private readonly log: Pick<Log, 'readStream'>) {}

  /** Of these commits, by the keys of their streams. One is missing whose run was deleted, and its beginning removed. */
  async originsOf(commits: readonly FollowedCommit[]): Promise<ReadonlyMap<string, RunOrigin>> {
    const found = new Map<string, RunOrigin>();
    const unknown = new Map<string, StreamKey>();
    for (const commit of commits) {
      const key = keyOf(commit);
      if (found.has(key)) continue;
      const origin = commit.firstVersion === 1 ? originIn(commit.recorded()[0]!.event as WorkflowEvent) : undefined;
      const known = origin ?? this.origins.get(key);
      if (known) this.keep(found, key, known);
      else unknown.set(key, commit);
    }
    const missing = [...unknown].filter(([key]) => !found.has(key));
    for (let from = 0; from < missing.length; from += READ_AT_ONCE) {
      const some = missing.slice(from, from + READ_AT_ONCE);
      const read = await Promise.all(some.map(([, key]) => this.read(key)));
      some.forEach(([key], index) => read[index] && this.keep(found, key, read[index]));
    }
    return found;
  }

  private keep(found: Map<string, RunOrigin>, key: string, origin: RunOrigin): void {
    found.set(key, origin);
    this.origins.set(key, origin);
  }

  private async read({ namespace, stream }: StreamKey): Promise<RunOrigin | undefined> {
    const [first] = await this.log.readStream({ namespace, stream }, 0, 1);
    return first && originIn(eventsOf<WorkflowEvent>(first)[0]!.event);
  }
}

const NO_LABELS: Labels = Object.freeze({});

function originIn(event: WorkflowEvent): RunOrigin | undefined {
  if (event.type !== 'WorkflowStarted') return undefined;
  const { definition, labels = NO_LABELS } = event;
  return { definition: definition.name, hash: definition.hash, labels };
}
