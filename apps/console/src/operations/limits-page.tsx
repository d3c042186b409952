import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getLimits } from '../api/operations.js';
import { humane } from '../model/durations.js';
import { Empty, Failed, SkeletonRows } from '../parts/states.js';
import { useTitle } from '../parts/use-title.js';
import './operations.css';

/** `payloadBytes` in words: `payload bytes`. */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const MIB = 1_048_576;

/** A number that is hard to read in a unit that is not. */
function inUnits(name: string, value: number): string {
  if (/Ms$/.test(name)) return humane(value);
  if (!/Bytes(Max)?$/.test(name) || value < 1_024) return '';
  return value < MIB ? `${value / 1_024} KiB` : `${value / MIB} MiB`;
}

/** Every limit, by the name that a refusal tells. */
export function LimitsPage() {
  useTitle('Limits');
  const [text, setText] = useState('');
  const limits = useQuery({ queryKey: ['limits'], queryFn: ({ signal }) => getLimits(signal), staleTime: Infinity });
  const wanted = text.trim().toLowerCase();
  const shown = Object.entries(limits.data?.limits ?? {}).filter(([name]) =>
    `${name} ${words(name)}`.toLowerCase().includes(wanted),
  );
  return (
    <div className="page">
      <header>
        <h1>Limits</h1>
        <span className="soft">what is refused above them, a refusal says by these names</span>
      </header>
      <div className="bar">
        <input
          className="field"
          type="search"
          placeholder="Find a limit"
          aria-label="Find a limit"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      {limits.isPending && <SkeletonRows />}
      {limits.isError && <Failed error={limits.error} retry={() => void limits.refetch()} />}
      {limits.data && shown.length === 0 && <Empty title="No limit is called so">Look for another word.</Empty>}
      <dl className="limits-list">
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd>
              <span className="faint">{inUnits(name, value)}</span>{' '}
              <span className="mono">{value.toLocaleString('en')}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
