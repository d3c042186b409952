import { useQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { useRef } from 'react';
import { listDefinitions } from '../api/definitions.js';
import type { RunsFilter } from '../api/runs.js';
import { minute } from '../model/durations.js';
import { MOMENTS, readMoment, withFilter } from '../model/filters.js';
import { capital } from '../model/sentences.js';
import type { RunsFiltersProps } from './runs-filters.js';
import './filter-menu.css';

const MOMENT_NAMES = Object.keys(MOMENTS) as (keyof typeof MOMENTS)[];

type FilterMenuProps = Pick<RunsFiltersProps, 'filter' | 'words' | 'change'>;

/** Every filter that there is, in a form. It lies above the page until something else is pressed. */
export function FilterMenu({ filter, words, change }: FilterMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  return (
    <>
      <button type="button" className="button filter-button" popoverTarget="filter-menu">
        <ListFilter size={14} /> Filter
      </button>
      <div ref={menu} id="filter-menu" className="filter-menu" popover="auto">
        {/* What is written and not applied is forgotten when the filters change otherwise. */}
        <FilterForm
          key={words.toString()}
          filter={filter}
          words={words}
          change={(next) => {
            menu.current?.hidePopover();
            change(next);
          }}
        />
      </div>
    </>
  );
}

function FilterForm({ filter, words, change }: FilterMenuProps) {
  const { data } = useQuery({ queryKey: ['definitions'], queryFn: ({ signal }) => listDefinitions({ signal }) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change(withForm(words, new FormData(event.currentTarget)));
      }}
    >
      <label className="labelled">
        <span>Definition</span>
        <input
          className="field"
          name="definition"
          list="known-definitions"
          placeholder="Any"
          autoComplete="off"
          defaultValue={filter.definition ?? ''}
        />
        <datalist id="known-definitions">
          {(data?.items ?? []).map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      <div className="labelled">
        <span>One more label</span>
        <span className="two-fields">
          <input className="field" name="label" aria-label="Name of the label" placeholder="team" autoComplete="off" />
          <input
            className="field"
            name="value"
            aria-label="Value of the label"
            placeholder="any value"
            autoComplete="off"
          />
        </span>
      </div>
      {MOMENT_NAMES.map((name) => (
        <label className="labelled" key={name}>
          <span>{capital(MOMENTS[name])}</span>
          <input className="field" type="datetime-local" name={name} defaultValue={fieldOf(filter, name)} />
        </label>
      ))}
      <button type="submit" className="button main">
        Apply
      </button>
    </form>
  );
}

/** A moment as the browser's field for one wants it. */
const fieldOf = (filter: RunsFilter, name: keyof typeof MOMENTS) =>
  filter[name] ? minute(Date.parse(filter[name]), 'local').replace(' ', 'T') : '';

function withForm(words: URLSearchParams, form: FormData): URLSearchParams {
  const said = (name: string) => String(form.get(name) ?? '').trim();
  const label = [said('label'), said('value')].filter(Boolean).join(':');
  let next = withFilter(words, 'definition', said('definition'));
  if (said('label') !== '') next = withFilter(next, 'label', [...next.getAll('label'), label]);
  for (const name of MOMENT_NAMES) next = withFilter(next, name, readMoment(said(name)) ?? '');
  return next;
}
