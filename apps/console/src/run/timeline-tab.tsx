import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { humane } from '../model/durations.js';
import { type Span, type TimelineRow, extentOf, timelineOf } from '../model/spans.js';
import { useNow } from '../parts/times.js';
import { Empty } from '../parts/states.js';
import type { TabProps } from './run-page.js';
import { TimelineAxis } from './timeline-axis.js';
import './timeline.css';

/** From when to when is shown, in milliseconds. */
export type Range = readonly [number, number];

/** When what happened, one line a task: waiting hatched, work solid, pauses before the next attempt dotted. */
export function TimelineTab({ view, selected, select }: TabProps) {
  const now = useNow();
  const [zoomed, setZoomed] = useState<Range>();
  const { events, version, isPast, shown } = view;
  const rows = useMemo(() => timelineOf(events, version), [events, version]);
  const at = isPast || shown.endedAt !== null ? view.at : now;
  if (rows.length === 0)
    return <Empty title="No task has begun yet">The first one is queued with the start of the run.</Empty>;
  const whole = extentOf(rows, at);
  const range = zoomed ?? whole;
  return (
    <>
      <Legend />
      <div className="timeline">
        <TimelineAxis range={range} origin={whole[0]} zoom={setZoomed} isZoomed={zoomed !== undefined} />
        <Lines rows={rows} range={range} at={at} selected={selected} select={(id) => select(taskOf(view, id))} />
      </div>
    </>
  );
}

/** What undoes a task is shown with it. */
const taskOf = ({ shown }: TabProps['view'], id: string) =>
  shown.tasks.find((task) => task.id === id || task.compensation?.id === id)?.id ?? null;

const LEGEND = [
  ['queued', 'waits for a worker'],
  ['running', 'work'],
  ['failed', 'an attempt that failed'],
  ['backoff', 'waits for the next attempt'],
  ['waiting', 'waits for a time or a signal'],
] as const;

/** What each kind of stretch means. */
export function Legend() {
  return (
    <div className="legend">
      {LEGEND.map(([kind, words]) => (
        <span key={kind}>
          <span className={`span ${kind}`} /> {words}
        </span>
      ))}
      <span className="undoing">
        <span className="span running" /> undoes
      </span>
    </div>
  );
}

interface LinesProps {
  readonly rows: readonly TimelineRow[];
  readonly range: Range;
  readonly at: number;
  readonly selected: string | null;
  readonly select: (taskId: string) => void;
}

const LINE_PX = 28;

function Lines({ rows, range, at, selected, select }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 10,
  });
  return (
    <div className="lines" ref={box} role="list" aria-label="Timeline" tabIndex={0}>
      <div style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]!;
          return (
            <div
              key={row.taskId}
              role="listitem"
              className={`line ${row.isCompensation ? 'undoing' : ''}`}
              style={{ transform: `translateY(${start}px)` }}
            >
              <button
                type="button"
                className="label cut"
                aria-current={row.taskId === selected}
                title={row.key}
                onClick={() => select(row.taskId)}
              >
                {row.isCompensation && <span className="tone-undone">↺ </span>}
                {row.key}
              </button>
              <Lane spans={row.spans} range={range} at={at} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

export interface LaneProps {
  readonly spans: readonly Span[];
  readonly range: Range;
  /** How far what still lasts has come. */
  readonly at: number;
}

/** The stretches of a task, each where it belongs on the axis. */
export function Lane({ spans, range: [from, to], at }: LaneProps) {
  const percent = (ms: number) => (100 * (ms - from)) / (to - from);
  return (
    <div className="lane">
      {spans
        .filter(({ start, end }) => (end ?? at) >= from && start <= to)
        .map(({ kind, start, end, attempt }) => {
          const until = Math.max(end ?? at, start);
          const words = `${kind}${attempt > 1 ? `, attempt ${attempt}` : ''}: ${humane(until - start)}`;
          return (
            <span
              key={`${kind}${start}${attempt}`}
              className={`span ${kind} ${end === null ? 'open' : ''}`}
              style={{ left: `${percent(start)}%`, width: `${percent(until) - percent(start)}%` }}
              title={words}
            />
          );
        })}
    </div>
  );
}
