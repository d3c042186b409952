import type { RunStatus, TaskStatus } from '../api/types.js';
import { LOOKS, type Shape } from '../model/status.js';
import './state-mark.css';

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.7, strokeLinecap: 'round' } as const;

const SHAPES: { readonly [shape in Shape]: React.ReactNode } = {
  ring: <circle cx="8" cy="8" r="5.4" {...stroke} />,
  faint: <circle cx="8" cy="8" r="5.2" {...stroke} strokeWidth="1.1" strokeDasharray="2.2 1.9" />,
  dotted: <circle cx="8" cy="8" r="5.4" {...stroke} strokeDasharray="0.1 3.3" strokeWidth="2" />,
  arc: (
    <>
      <circle cx="8" cy="8" r="5.4" {...stroke} strokeOpacity="0.32" />
      <path className="arc" d="M8 2.6 A5.4 5.4 0 0 1 13.4 8" {...stroke} strokeWidth="2" />
    </>
  ),
  'arc-back': (
    <>
      <circle cx="8" cy="8" r="5.4" {...stroke} strokeOpacity="0.32" />
      <path className="arc back" d="M8 2.6 A5.4 5.4 0 0 0 2.6 8" {...stroke} strokeWidth="2" />
      <circle cx="8" cy="8" r="1.6" fill="currentColor" />
    </>
  ),
  disc: <circle cx="8" cy="8" r="5.8" fill="currentColor" />,
  cross: (
    <>
      <path d="M8 8 L10.9 2.6 A6.1 6.1 0 1 0 13.4 5.1 Z" fill="currentColor" />
      <path d="M5.7 6.2 L9.4 9.9 M9.4 6.2 L5.7 9.9" stroke="var(--ground)" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  'disc-back': (
    <>
      <circle cx="8.6" cy="8.6" r="4.2" fill="currentColor" />
      <path d="M13.6 4.4 A6.4 6.4 0 0 0 2 6.4 M2 6.4 L1.3 3.4 M2 6.4 L5 5.6" {...stroke} strokeWidth="1.5" />
    </>
  ),
  dash: <path d="M3.6 8 H12.4" {...stroke} strokeWidth="2" />,
  slash: (
    <>
      <circle cx="8" cy="8" r="5.4" {...stroke} />
      <path d="M4.4 11.6 L11.6 4.4" {...stroke} />
    </>
  ),
  bars: <path d="M5.8 3.6 V12.4 M10.2 3.6 V12.4" {...stroke} strokeWidth="2.2" />,
};

export interface StateMarkProps {
  readonly status: RunStatus | TaskStatus;
  readonly size?: number;
}

/** A state's sign: its shape says it without its colour. Beside a word; alone it needs a name around it. */
export function StateMark({ status, size = 15 }: StateMarkProps) {
  const { tone, shape } = LOOKS[status];
  return (
    <svg className={`state-mark tone-${tone}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[shape]}
    </svg>
  );
}

export interface StateProps extends StateMarkProps {
  /** Another word than the state's own, where that would say too little. */
  readonly word?: string;
}

/** A state's sign and its word. */
export function State({ status, size, word = LOOKS[status].word }: StateProps) {
  return (
    <span className="state">
      <StateMark status={status} size={size} />
      <span className="word">{word}</span>
    </span>
  );
}
