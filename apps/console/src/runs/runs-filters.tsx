import { BookmarkPlus, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { RunsFilter } from '../api/runs.js';
import { RANGES } from '../model/filters.js';
import { useKeys } from '../parts/use-keys.js';

export interface RunsFiltersProps {
  readonly filter: RunsFilter;
  readonly words: URLSearchParams;
  readonly set: (name: string, value: string | readonly string[]) => void;
  readonly save: () => void;
}

const SETTLE_MS = 250;

/** What is searched for, and each filter as a token that can be taken away. */
export function RunsFilters({ filter, words, set, save }: RunsFiltersProps) {
  const within = words.get('within') ?? '';
  const isFiltered = words.size > 0;
  return (
    <div className="filters">
      <SearchField value={filter.q ?? ''} change={(q) => addWords(q, filter, set)} />
      <select
        className="field"
        aria-label="When they started"
        value={within in RANGES ? within : ''}
        onChange={({ target }) => set('within', target.value)}
      >
        <option value="">Any time</option>
        {Object.keys(RANGES).map((range) => (
          <option key={range} value={range}>
            Last {range}
          </option>
        ))}
      </select>
      {filter.definition && <Token name="definition" value={filter.definition} remove={() => set('definition', '')} />}
      {filter.label.map((label) => (
        <Token
          key={label}
          name="label"
          value={label}
          remove={() =>
            set(
              'label',
              filter.label.filter((each) => each !== label),
            )
          }
        />
      ))}
      {isFiltered && (
        <button type="button" className="button plain" onClick={save}>
          <BookmarkPlus size={14} /> Save this view
        </button>
      )}
    </div>
  );
}

/** `definition:trip` and `label:team=sky` are filters; the rest is searched for. */
function addWords(text: string, filter: RunsFilter, set: RunsFiltersProps['set']): void {
  const found = /(?:^|\s)(definition|label):(\S+)\s$/.exec(text);
  if (!found) return set('q', text.trim());
  const [whole, name = '', value = ''] = found;
  set(name, name === 'label' ? [...filter.label, value.replace('=', ':')] : value);
  set('q', text.replace(whole, '').trim());
}

interface SearchFieldProps {
  readonly value: string;
  readonly change: (text: string) => void;
}

function SearchField({ value, change }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.focus() });
  // The address may change by other means: a view, or the way back.
  if (value !== sent) {
    setSent(value);
    setText(value);
  }
  useEffect(() => {
    if (text.trim() === sent && !/:\S+\s$/.test(text)) return;
    const timer = setTimeout(() => change(text), SETTLE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="search">
      <Search size={14} aria-hidden="true" />
      <input
        ref={field}
        className="field"
        type="search"
        aria-label="Search the runs"
        placeholder="Search, or label:team=sky, definition:trip"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={({ key }) => key === 'Escape' && field.current?.blur()}
      />
    </div>
  );
}

interface TokenProps {
  readonly name: string;
  readonly value: string;
  readonly remove: () => void;
}

function Token({ name, value, remove }: TokenProps) {
  return (
    <span className="token">
      <span className="soft">{name}</span> {value}
      <button type="button" aria-label={`Take away the filter ${name} ${value}`} onClick={remove}>
        <X size={13} />
      </button>
    </span>
  );
}
