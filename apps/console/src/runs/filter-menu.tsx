import { useQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { use, useRef } from 'react';
import { listDefinitions } from '../api/definitions.js';
import { type Zone, zoneOf } from '../model/durations.js';
import { MOMENTS, fieldOf, readMoment, withFilter } from '../model/filters.js';
import { capital } from '../model/sentences.js';
import { TimeStyleContext } from '../parts/times.js';
import type { RunsFiltersProps } from './runs-filters.js';
import './filter-menu.css';

const MOMENT_NAMES = Object.keys(MOMENTS) as (keyof typeof MOMENTS)[];

const ZONES: { readonly [Each in Zone]: string } = { local: 'local time', utc: 'UTC' };

type FilterMenuProps = Pick<RunsFiltersProps, 'filter' | 'words' | 'change'>;

/** Every filter that there is, in a form. It lies above the page until something else is pressed. */
export function FilterMenu({ filter, words, change }: FilterMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const zone = zoneOf(use(TimeStyleContext));
  return (
    <>
      <button type="button" className="button filter-button" popoverTarget="filter-menu">
        <ListFilter size={14} /> Filter
      </button>
      <div ref={menu} id="filter-menu" className="filter-menu" popover="auto">
        {/* What is written and not applied is forgotten when the filters or the zone change otherwise. */}
        <FilterForm
          key={`${zone} ${words.toString()}`}
          zone={zone}
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

function FilterForm({ zone, filter, words, change }: FilterMenuProps & { readonly zone: Zone }) {
  const { data } = useQuery({ queryKey: ['definitions'], queryFn: ({ signal }) => listDefinitions({ signal }) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change(withForm(words, new FormData(event.currentTarget), zone));
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
          <span>
            {capital(MOMENTS[name])} <span className="soft">{ZONES[zone]}</span>
          </span>
          <input className="field" type="datetime-local" name={name} defaultValue={fieldOf(filter[name], zone)} />
        </label>
      ))}
      <button type="submit" className="button main">
        Apply
      </button>
    </form>
  );
}

function withForm(words: URLSearchParams, form: FormData, zone: Zone): URLSearchParams {
  const said = (name: string) => String(form.get(name) ?? '').trim();
  const label = [said('label'), said('value')].filter(Boolean).join(':');
  let next = withFilter(words, 'definition', said('definition'));
  if (said('label') !== '') next = withFilter(next, 'label', [...next.getAll('label'), label]);
  for (const name of MOMENT_NAMES) next = withFilter(next, name, readMoment(said(name), zone) ?? '');
  return next;
}
