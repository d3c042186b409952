import { Pause, Play } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { tellEvent } from '../model/event-words.js';
import { placeOf, ticksOf, versionAt } from '../model/ticks.js';
import { Clock } from '../parts/times.js';
import type { RunView } from './run-view.js';
import './time-slider.css';
import { usePlay } from './use-play.js';

export interface TimeSliderProps {
  readonly view: RunView;
  /** While the hand moves. */
  readonly move: (version: number | null) => void;
  /** When it rests: the address tells it from then on. */
  readonly settle: (version: number | null) => void;
}

const TICKS_MAX = 420;
const LEAP = 0.1;

/** The whole life of the run; the hand says at which moment it is looked at. At the end it is live. */
export function TimeSlider({ view, move, settle }: TimeSliderProps) {
  const { events, version, last, isPast } = view;
  const play = usePlay({ version, last, isPast, settle });
  const event = events[version - 1];
  const told = event ? tellEvent(event) : '';
  return (
    <section className="time" aria-label="The life of the run">
      <button
        type="button"
        className="icon-button play"
        onClick={play.toggle}
        aria-label={play.isPlaying ? 'Stop' : 'Play'}
      >
        {play.isPlaying ? <Pause size={17} /> : <Play size={17} />}
      </button>
      <Track view={view} told={told} move={move} settle={settle} toggle={play.toggle} />
      <div className="now">
        <button type="button" className="button plain speed" onClick={play.faster} aria-label={`Speed ${play.speed}`}>
          {play.speed}×
        </button>
        <button
          type="button"
          className={`button ${isPast ? 'main' : ''}`}
          disabled={!isPast}
          onClick={() => settle(null)}
        >
          {isPast ? 'Back to now' : 'Now'}
        </button>
      </div>
      <div className="told">
        <span className="when mono soft">
          {version.toLocaleString('en')}/{last.toLocaleString('en')}
        </span>
        {event && (
          <span className="when soft">
            <Clock at={event.at} />
          </span>
        )}
        <span className="cut" data-testid="slider-event">
          {told}
        </span>
      </div>
    </section>
  );
}

interface TrackProps extends TimeSliderProps {
  readonly told: string;
  readonly toggle: () => void;
}

function Track({ view: { events, version, last }, told, move, settle, toggle }: TrackProps) {
  const track = useRef<HTMLDivElement>(null);
  const ticks = useMemo(() => ticksOf(events, TICKS_MAX), [events]);
  const at = ({ clientX }: React.PointerEvent) => {
    const { left, width } = track.current!.getBoundingClientRect();
    return versionAt((clientX - left) / width, last);
  };
  // Keys may come faster than what they show.
  const hand = useRef(version);
  useEffect(() => {
    hand.current = version;
  }, [version]);
  const step = (key: string) => {
    const next = STEPS({ version: hand.current, last })[key];
    if (next === undefined) return key === ' ' ? toggle() : undefined;
    hand.current = Math.min(Math.max(1, next), last);
    settle(hand.current);
  };
  return (
    <div
      ref={track}
      className="track"
      role="slider"
      tabIndex={0}
      aria-label="Moment of the run"
      aria-valuemin={1}
      aria-valuemax={Math.max(1, last)}
      aria-valuenow={Math.max(1, version)}
      aria-valuetext={`After event ${version} of ${last}: ${told}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(at(event));
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && move(at(event))}
      onPointerUp={(event) => settle(at(event))}
      onKeyDown={(event) => {
        if (!MOVES.has(event.key)) return;
        event.preventDefault();
        step(event.key);
      }}
    >
      <svg aria-hidden="true">
        {ticks.map(({ from, to, tone, height }) => (
          <rect
            key={from}
            className={`tone-${tone} ${from > version ? 'later' : ''}`}
            x={`${100 * placeOf((from + to) / 2, last)}%`}
            y={`${100 * (1 - height)}%`}
            height={`${100 * height}%`}
            width="1.6"
            rx="0.8"
          />
        ))}
      </svg>
      <span className="hand" style={{ left: `${100 * placeOf(version, last)}%` }} />
    </div>
  );
}

const MOVES: ReadonlySet<string> = new Set([
  ' ',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
]);

const STEPS = ({ version, last }: { readonly version: number; readonly last: number }) => {
  const leap = Math.max(1, Math.round(last * LEAP));
  const steps: { readonly [key: string]: number } = {
    ArrowLeft: version - 1,
    ArrowDown: version - 1,
    ArrowRight: version + 1,
    ArrowUp: version + 1,
    PageDown: version - leap,
    PageUp: version + leap,
    Home: 1,
    End: last,
  };
  return steps;
};
