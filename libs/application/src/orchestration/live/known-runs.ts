import type { Labels, WorkflowEvent } from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import type { FollowedCommit } from '../../kernel/follow.js';
import { type Log, type StreamKey, keyOf } from '../../kernel/ports/log.js';
import { eventsOf } from '../recorded-events.js';

/** How many runs are remembered: of one that is not, the first event is read again. */
const RUNS_REMEMBERED = 50_000;
/** How many are read by one statement: a first event has the input in it, which may be large. */
const READ_AT_ONCE = 50;

/** What the first event of a run says of all that come after it. */
export interface RunOrigin {
  readonly definition: string;
  readonly hash: string;
  readonly labels: Labels;
}

/** Remembers what runs run and how they are labelled, which only their first events say. */
export class KnownRuns {
  private readonly origins = new LRUCache<string, RunOrigin>({ max: RUNS_REMEMBERED });

  constructor(private readonly log: Pick<Log, 'readStreams'>) {}

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
    const missing = [...unknown].flatMap(([key, { namespace, stream }]) =>
      found.has(key) ? [] : [{ namespace, stream, version: 0 }],
    );
    for (let from = 0; from < missing.length; from += READ_AT_ONCE) {
      for (const first of await this.log.readStreams(missing.slice(from, from + READ_AT_ONCE), 1)) {
        const origin = originIn(eventsOf<WorkflowEvent>(first)[0]!.event);
        if (origin) this.keep(found, keyOf(first), origin);
      }
    }
    return found;
  }

  private keep(found: Map<string, RunOrigin>, key: string, origin: RunOrigin): void {
    found.set(key, origin);
    this.origins.set(key, origin);
  }
}

const NO_LABELS: Labels = Object.freeze({});

function originIn(event: WorkflowEvent): RunOrigin | undefined {
  if (event.type !== 'WorkflowStarted') return undefined;
  const { definition, labels = NO_LABELS } = event;
  return { definition: definition.name, hash: definition.hash, labels };
}
