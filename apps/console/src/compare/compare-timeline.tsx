import { useMemo, useState } from 'react';
import { type ComparedRow, compareTimelines } from '../model/compare-runs.js';
import { Lane, Legend, type Range } from '../run/timeline-tab.js';
import { TimelineAxis } from '../run/timeline-axis.js';
import '../run/timeline.css';
import type { CompareProps } from './compare-page.js';

const ROWS_MAX = 500;

/** When what happened, as if both had started together: of each task two lines, A above B. */
export function CompareTimeline({ views: [one, other] }: CompareProps) {
  const [zoomed, setZoomed] = useState<Range>();
  const rows = useMemo(() => compareTimelines([one.events, other.events]), [one.events, other.events]);
  const lasts = [one, other].map(({ at, now, shown }) => {
    return (shown.endedAt === null ? at : Date.parse(shown.endedAt)) - Date.parse(now.startedAt);
  });
  const range = zoomed ?? ([0, Math.max(1, ...lasts)] as const);
  return (
    <>
      <Legend />
      <div className="timeline compared">
        <TimelineAxis range={range} origin={0} zoom={setZoomed} isZoomed={zoomed !== undefined} />
        <div className="lines" role="list" aria-label="Timelines" tabIndex={0}>
          {rows.slice(0, ROWS_MAX).map((row) => (
            <Line key={`${row.isCompensation}|${row.key}`} row={row} range={range} lasts={lasts} />
          ))}
        </div>
      </div>
      {rows.length > ROWS_MAX && (
        <p className="faint">And {(rows.length - ROWS_MAX).toLocaleString('en')} more lines.</p>
      )}
    </>
  );
}

interface LineProps {
  readonly row: ComparedRow;
  readonly range: Range;
  readonly lasts: readonly number[];
}

function Line({ row: { key, isCompensation, sides }, range, lasts }: LineProps) {
  return (
    <div role="listitem" className={`line ${isCompensation ? 'undoing' : ''}`}>
      <span className="label cut" title={key}>
        {isCompensation && <span className="tone-undone">↺ </span>}
        {key}
      </span>
      <span className="letters faint" aria-hidden="true">
        <span>A</span>
        <span>B</span>
      </span>
      <div className="both">
        {sides.map((spans, side) => (
          <Lane key={side} spans={spans} range={range} at={lasts[side] ?? 0} />
        ))}
      </div>
    </div>
  );
}
