import { useEffect, useState } from 'react';

const SPEEDS = [1, 2, 5, 10] as const;
/** How long the whole life of a run takes at speed 1, and how long an event at most and at least, in milliseconds. */
const WHOLE_MS = 20_000;
const EVENT_MS = [40, 700] as const;

export interface Playing {
  readonly version: number;
  readonly last: number;
  readonly isPast: boolean;
  readonly settle: (version: number | null) => void;
}

/** Plays the run from where the hand stands, or from the beginning, to now. */
export function usePlay({ version, last, isPast, settle }: Playing) {
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(SPEEDS[0]);
  useEffect(() => {
    if (!isPlaying) return;
    if (!isPast) return setPlaying(false);
    const each = Math.min(Math.max(WHOLE_MS / last, EVENT_MS[0]), EVENT_MS[1]) / speed;
    // Many short events are passed over together, so that the whole takes no longer than it should.
    const step = Math.max(1, Math.round((EVENT_MS[0] * last) / WHOLE_MS));
    const timer = setTimeout(() => settle(version + step >= last ? null : version + step), each);
    return () => clearTimeout(timer);
  }, [isPlaying, isPast, version, last, speed, settle]);
  const toggle = () => {
    if (!isPlaying && !isPast) settle(1);
    setPlaying(!isPlaying);
  };
  const faster = () => setSpeed(SPEEDS[(SPEEDS.indexOf(speed as 1) + 1) % SPEEDS.length]!);
  return { isPlaying, speed, toggle, faster };
}
