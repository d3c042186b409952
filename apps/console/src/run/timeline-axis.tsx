import { useRef, useState } from 'react';
import { humane } from '../model/durations.js';
import { marksOf } from '../model/spans.js';
import type { Range } from './timeline-tab.js';

export interface TimelineAxisProps {
  readonly range: Range;
  /** When the run began: from there the marks are counted. */
  readonly origin: number;
  readonly zoom: (range: Range | undefined) => void;
  readonly isZoomed: boolean;
}

const NARROW_PX = 640;
const MARKS = () => (innerWidth < NARROW_PX ? 3 : 7);
/** From here on a mark has its words on its left: on its right there is no room. */
const LATE = 0.88;
const LEAST_PX = 6;

/** The marks of time. Drawn over, a stretch of it fills the width; a double click shows all again. */
export function TimelineAxis({ range: [from, to], origin, zoom, isZoomed }: TimelineAxisProps) {
  const axis = useRef<HTMLDivElement>(null);
  const [brush, setBrush] = useState<Range>();
  const first = from - origin;
  const step = marksOf(to - from, MARKS())[1] ?? to - from;
  const begin = Math.ceil(first / step) * step;
  const marks = Array.from({ length: MARKS() * 3 }, (_, index) => begin + index * step).filter(
    (each) => each <= to - origin,
  );
  const x = ({ clientX }: React.PointerEvent) => clientX - axis.current!.getBoundingClientRect().left;
  const release = () => {
    const [a, b] = brush ?? [0, 0];
    const scale = (to - from) / axis.current!.clientWidth;
    if (Math.abs(a - b) >= LEAST_PX) zoom([from + Math.min(a, b) * scale, from + Math.max(a, b) * scale]);
    setBrush(undefined);
  };
  return (
    <>
      <span>
        {isZoomed && (
          <button type="button" className="button plain" onClick={() => zoom(undefined)}>
            Show all
          </button>
        )}
      </span>
      <div
        ref={axis}
        className="axis mono"
        title="Draw over a stretch to see it larger"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setBrush([x(event), x(event)]);
        }}
        onPointerMove={(event) => brush && setBrush([brush[0], x(event)])}
        onPointerUp={release}
        onDoubleClick={() => zoom(undefined)}
      >
        {marks.map((mark) => (
          <span
            key={mark}
            className={`mark ${(mark - first) / (to - from) > LATE ? 'late' : ''}`}
            style={{ left: `${(100 * (mark - first)) / (to - from)}%` }}
          >
            {mark === 0 ? '0' : humane(mark)}
          </span>
        ))}
        {brush && <span className="brush" style={{ left: Math.min(...brush), width: Math.abs(brush[0] - brush[1]) }} />}
      </div>
    </>
  );
}
