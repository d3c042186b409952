import { BookmarkPlus, Search, X } from 'lucide-react';
import { use, useEffect, useRef, useState } from 'react';
import type { RunsFilter } from '../api/runs.js';
import { type TimeStyle, minute, zoneOf } from '../model/durations.js';
import { MOMENTS, RANGES, withFilter, withTyped } from '../model/filters.js';
import { LOOKS } from '../model/status.js';
import { TimeStyleContext } from '../parts/times.js';
import { useKeys } from '../parts/use-keys.js';
import { FilterMenu } from './filter-menu.js';

export interface RunsFiltersProps {
  readonly filter: RunsFilter;
  /** The address, which holds the filters. */
  readonly words: URLSearchParams;
  readonly change: (words: URLSearchParams) => void;
  readonly save: () => void;
}

const SETTLE_MS = 250;

/** What is searched for, and each filter as a token that can be taken away. */
export function RunsFilters({ filter, words, change, save }: RunsFiltersProps) {
  const style = use(TimeStyleContext);
  return (
    <div className="filters">
      <SearchField
        value={filter.q ?? ''}
        change={(text) => {
          const [next, rest] = withTyped(words, text, zoneOf(style));
          change(next);
          return rest;
        }}
      />
      <select
        className="field"
        aria-label="When they started"
        value={filter.withinMs === undefined ? '' : words.get('within')!}
        onChange={({ target }) => change(withFilter(words, 'within', target.value))}
      >
        <option value="">Any time</option>
        {Object.keys(RANGES).map((range) => (
          <option key={range} value={range}>
            Last {range}
          </option>
        ))}
      </select>
      <FilterMenu filter={filter} words={words} change={change} />
      {tokensOf(filter, words, style).map(({ name, value, without }) => (
        <Token key={`${name} ${value}`} name={name} value={value} remove={() => change(without)} />
      ))}
      {words.size > 0 && (
        <button type="button" className="button plain" onClick={save}>
          <BookmarkPlus size={14} /> Save this view
        </button>
      )}
    </div>
  );
}

interface TokenOf {
  readonly name: string;
  readonly value: string;
  /** The address without it. */
  readonly without: URLSearchParams;
}

function tokensOf(filter: RunsFilter, words: URLSearchParams, style: TimeStyle): readonly TokenOf[] {
  const { status, definition, label } = filter;
  const rest = (all: readonly string[], each: string) => all.filter((other) => other !== each);
  const moments = (Object.keys(MOMENTS) as (keyof typeof MOMENTS)[]).flatMap((name) => {
    const at = filter[name];
    const token = { name: MOMENTS[name], without: withFilter(words, name, '') };
    return at === undefined ? [] : [{ ...token, value: minute(Date.parse(at), style) }];
  });
  return [
    ...status.map((each) => ({
      name: 'state',
      value: LOOKS[each as keyof typeof LOOKS].word,
      without: withFilter(words, 'status', rest(status, each).join(',')),
    })),
    ...(definition ? [{ name: 'definition', value: definition, without: withFilter(words, 'definition', '') }] : []),
    ...label.map((each) => ({
      name: 'label',
      value: each.replace(':', ' '),
      without: withFilter(words, 'label', rest(label, each)),
    })),
    ...moments,
  ];
}

interface SearchFieldProps {
  readonly value: string;
  /** Takes what was typed, and answers what of it is left in the field. */
  readonly change: (text: string) => string;
}

function SearchField({ value, change }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const [asked, setAsked] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.focus() });
  // The address follows what was asked of it, and by then more may be typed; or it changes by other means: a view, or the
  // way back.
  if (value !== seen) {
    setSeen(value);
    setAsked(value);
    if (value !== asked) setText(value);
  }
  const send = (typed: string) => {
    const rest = change(typed);
    setText(rest);
    setAsked(rest.trim());
  };
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(() => send(text), SETTLE_MS);
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
        placeholder="Search, or label:team=sky"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={({ key }) => {
          if (key === 'Escape') field.current?.blur();
          if (key === 'Enter') send(`${text} `);
        }}
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
