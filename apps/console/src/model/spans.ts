import type { RunEvent } from '../api/types.js';

export type SpanKind = 'queued' | 'running' | 'waiting' | 'backoff' | 'failed';

/** A stretch of time in which one thing was so; times in milliseconds, `end` null while it lasts. */
export interface Span {
  readonly kind: SpanKind;
  readonly start: number;
  readonly end: number | null;
  readonly attempt: number;
}

/** A task's line on the timeline. */
export interface TimelineRow {
  readonly taskId: string;
  readonly key: string;
  readonly isCompensation: boolean;
  readonly spans: readonly Span[];
}

interface Open {
  readonly row: TimelineRow & { readonly spans: Span[] };
  kind: SpanKind | null;
  since: number;
  attempt: number;
}

/** Every task that had begun after the first `version` events, in the order in which they began. */
export function timelineOf(events: readonly RunEvent[], version: number): readonly TimelineRow[] {
  const rows = new Map<string, Open>();
  for (const event of events) {
    if (event.version > version) break;
    if (!event.type.startsWith('Task') || event.type === 'TaskSkipped') continue;
    const step = STEPS[event.type];
    if (step) step(openOf(rows, event), event);
  }
  return [...rows.values()].map(({ row, kind, since, attempt }) =>
    kind === null ? row : { ...row, spans: [...row.spans, { kind, start: since, end: null, attempt }] },
  );
}

function openOf(rows: Map<string, Open>, { data }: RunEvent): Open {
  const taskId = data['taskId'] as string;
  const known = rows.get(taskId);
  if (known) return known;
  const row = { taskId, key: String(data['key']), isCompensation: data['compensation'] === true, spans: [] };
  const open: Open = { row, kind: null, since: 0, attempt: 1 };
  rows.set(taskId, open);
  return open;
}

/** Ends what was so, and begins what is. */
function turn(open: Open, at: number, kind: SpanKind | null, ended?: SpanKind): void {
  if (open.kind !== null) {
    open.row.spans.push({
      kind: ended ?? open.kind,
      start: open.since,
      end: Math.max(at, open.since),
      attempt: open.attempt,
    });
  }
  open.kind = kind;
  open.since = at;
}

const timeOf = ({ at, data }: RunEvent, name: string) => Date.parse(typeof data[name] === 'string' ? data[name] : at);

const STEPS: { readonly [type: string]: ((open: Open, event: RunEvent) => void) | undefined } = {
  TaskQueued: (open, event) => {
    turn(open, Date.parse(event.at), 'queued');
    open.attempt = Number(event.data['attempt'] ?? 1);
  },
  TaskStarted: (open, event) => {
    const waits = 'until' in event.data || 'signal' in event.data;
    turn(open, Math.max(timeOf(event, 'startedAt'), open.since), waits ? 'waiting' : 'running');
  },
  TaskExpanded: (open, event) => turn(open, Date.parse(event.at), 'running'),
  TaskCompleted: (open, event) => turn(open, Date.parse(event.at), null),
  TaskCollected: (open, event) => turn(open, Date.parse(event.at), null),
  TaskWithdrawn: (open, event) => turn(open, Date.parse(event.at), null),
  TaskFailed: (open, event) => turn(open, Date.parse(event.at), 'retryAt' in event.data ? 'backoff' : null, 'failed'),
};

/** From when to when a timeline reaches: to now, where something still lasts. */
export function extentOf(rows: readonly TimelineRow[], now: number): readonly [number, number] {
  let [start, end] = [Infinity, -Infinity];
  for (const { spans } of rows) {
    for (const span of spans) {
      start = Math.min(start, span.start);
      end = Math.max(end, span.end ?? now);
    }
  }
  return start === Infinity ? [now - 1_000, now] : [start, Math.max(end, start + 1)];
}

/** Round steps for an axis of about so many marks, in milliseconds from the beginning. */
export function marksOf(lengthMs: number, about: number): readonly number[] {
  const raw = lengthMs / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw) ?? raw;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step);
}
