import { useState } from 'react';
import type { Json } from '../api/types.js';
import './json-view.css';

/** Of a long list so many are shown at first, and so many more each time. */
const SHOWN = 100;
const OPEN_DEPTH = 2;
const SMALL = 12;

export interface JsonViewProps {
  readonly value: Json;
}

/** JSON as a tree that can be folded; what is folded is not drawn. */
export function JsonView({ value }: JsonViewProps) {
  return (
    <div className="json">
      <Value value={value} depth={0} />
    </div>
  );
}

interface ValueProps {
  readonly name?: string;
  readonly value: Json;
  readonly depth: number;
}

function Value({ name, value, depth }: ValueProps) {
  const label = name === undefined ? null : <span className="name">{name}: </span>;
  if (value === null || typeof value !== 'object') {
    return (
      <div>
        {label}
        <Plain value={value} />
      </div>
    );
  }
  return <Many label={label} value={value} depth={depth} />;
}

interface ManyProps {
  readonly label: React.ReactNode;
  readonly value: Exclude<Json, null | boolean | number | string>;
  readonly depth: number;
}

function Many({ label, value, depth }: ManyProps) {
  const entries = Object.entries(value) as [string, Json][];
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && (depth === 0 || entries.length <= SMALL));
  const [most, setMost] = useState(SHOWN);
  const [before, after] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return (
      <div>
        {label}
        <span className="size">{`${before}${after}`}</span>
      </div>
    );
  }
  return (
    <div>
      <button type="button" className="fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {label}
        <span className="size">{isOpen ? before : `${before} ${entries.length} ${after}`}</span>
      </button>
      {isOpen && (
        <ul>
          {entries.slice(0, most).map(([key, each]) => (
            <li key={key}>
              <Value name={key} value={each} depth={depth + 1} />
            </li>
          ))}
          {entries.length > most && (
            <li>
              <button type="button" className="size" onClick={() => setMost(most + SHOWN)}>
                {entries.length - most} more
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

const LONG = 600;

function Plain({ value }: { readonly value: null | boolean | number | string }) {
  const [isWhole, setWhole] = useState(false);
  if (typeof value === 'number') return <span className="number">{String(value)}</span>;
  if (typeof value !== 'string') return <span className="word">{String(value)}</span>;
  if (value.length <= LONG || isWhole) return <span className="text">{JSON.stringify(value)}</span>;
  return (
    <>
      <span className="text">{JSON.stringify(value.slice(0, LONG))}…</span>{' '}
      <button type="button" className="size" onClick={() => setWhole(true)}>
        all {value.length.toLocaleString('en')} characters
      </button>
    </>
  );
}
