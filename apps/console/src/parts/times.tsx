import { createContext, use, useEffect, useState } from 'react';
import { type TimeStyle, clock, exact, humane, showTime, zoneOf } from '../model/durations.js';

export const TimeStyleContext = createContext<TimeStyle>('relative');

const TICK_MS = 1_000;
const NowContext = createContext(Date.now());

/** One clock for the whole page: everything that tells an age turns over together. */
export function Now({ children }: { readonly children: React.ReactNode }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The page's clock, which turns once a second. */
export const useNow = () => use(NowContext);

/** A moment, in the style that was chosen; the exact one on hover. */
export function Time({ at }: { readonly at: string | null }) {
  const style = use(TimeStyleContext);
  const now = useNow();
  if (at === null) return <span className="faint">–</span>;
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={`${clock(ms, 'local', 0)} local · ${at}`} className={style === 'relative' ? '' : 'mono'}>
      {showTime(ms, style, now)}
    </time>
  );
}

/** A moment as a clock shows it: local, or in UTC where times are shown so. */
export function Clock({ at }: { readonly at: string }) {
  const zone = zoneOf(use(TimeStyleContext));
  return (
    <time dateTime={at} title={at} className="mono">
      {clock(Date.parse(at), zone, Date.now())}
    </time>
  );
}

export interface LastedProps {
  readonly from: string | null;
  /** Null while it lasts. */
  readonly to: string | null;
  /** When "now" is, where the past is shown. */
  readonly at?: number;
}

/** How long something took, or takes; to the millisecond on hover. */
export function Lasted({ from, to, at }: LastedProps) {
  const now = useNow();
  if (from === null) return <span className="faint">–</span>;
  const ms = Math.max(0, (to === null ? (at ?? now) : Date.parse(to)) - Date.parse(from));
  return <span title={exact(ms)}>{humane(ms)}</span>;
}
