import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { RunSummary } from '../api/types.js';
import { readFilter, withFilter } from '../model/filters.js';
import { Listed } from '../parts/listed.js';
import { Empty } from '../parts/states.js';
import { useTitle } from '../parts/use-title.js';
import { BulkBar } from './bulk-bar.js';
import './runs.css';
import { RunsFilters } from './runs-filters.js';
import { RunsTable } from './runs-table.js';
import { StateStrip } from './state-strip.js';
import { useHeldBack } from './use-held-back.js';
import { useRowKeys } from './use-row-keys.js';
import { useCounts, useRuns } from './use-runs.js';
import { SaveView, Views, useViews } from './views.js';

/** All runs: is anything wrong, and what. The address holds the filters. */
export function RunsPage() {
  useTitle('Runs');
  const [words, setWords] = useSearchParams();
  const [views, keepViews] = useViews();
  const [isSaving, setSaving] = useState(false);
  const filter = useMemo(() => readFilter(words), [words]);
  const counts = useCounts(filter);
  return (
    <div className="page">
      <header>
        <h1>Runs</h1>
        <Views words={words} saved={views} keep={keepViews} />
        <Link className="button main push" to="/definitions">
          <Plus size={15} /> Start a run
        </Link>
      </header>
      <StateStrip
        counts={counts}
        chosen={filter.status}
        choose={(status) => setWords(withFilter(words, 'status', status.join(',')), { replace: true })}
      />
      <RunsFilters
        filter={filter}
        words={words}
        change={(next) => setWords(next, { replace: true })}
        save={() => setSaving(true)}
      />
      <RunsList key={words.toString()} words={words} />
      {isSaving && (
        <SaveView
          close={() => setSaving(false)}
          save={(name) => {
            keepViews([...views.filter((view) => view.name !== name), { name, search: words.toString() }]);
            setSaving(false);
          }}
        />
      )}
    </div>
  );
}

function RunsList({ words }: { readonly words: URLSearchParams }) {
  const runs = useRuns(useMemo(() => readFilter(words), [words]));
  const items = useMemo(() => runs.data?.pages.flatMap((page) => page.items), [runs.data]);
  const more = runs.hasNextPage ? () => void runs.fetchNextPage() : undefined;
  return (
    <Listed asked={runs} items={items} empty={<NoRuns isFiltered={words.size > 0} />}>
      {(all) => <Rows all={all} more={more} />}
    </Listed>
  );
}

interface RowsProps {
  readonly all: readonly RunSummary[];
  readonly more: (() => void) | undefined;
}

function Rows({ all, more }: RowsProps) {
  const { shown, held, showAll, watch } = useHeldBack(all);
  const inside = useRowKeys<HTMLDivElement>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) =>
    setChosen((before) =>
      before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id]),
    );
  return (
    <>
      <div ref={watch} className="top" />
      {held > 0 && (
        <button type="button" className="button main held" onClick={showAll}>
          {held === 1 ? '1 new run' : `${held} new runs`}
        </button>
      )}
      <div ref={inside}>
        <RunsTable runs={shown} chosen={chosen} toggle={toggle} />
      </div>
      {more && (
        <button type="button" className="button more" onClick={more}>
          Show older ones
        </button>
      )}
      {chosen.size > 0 && <BulkBar runs={all.filter(({ id }) => chosen.has(id))} clear={() => setChosen(new Set())} />}
    </>
  );
}

function NoRuns({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty
        title="No run is like that"
        actions={
          <Link className="button" to="/runs">
            Show all runs
          </Link>
        }
      >
        Take away a filter, or look further back.
      </Empty>
    );
  }
  return (
    <Empty
      title="Nothing has run yet"
      command='npx orrery run examples/order-fulfilment.yaml --input &apos;{"orderId":"A-1","card":"visa","items":[{"sku":"telescope","price":240}]}&apos;'
      actions={
        <Link className="button main" to="/definitions">
          Start a run
        </Link>
      }
    >
      A run is one execution of a definition. Start one here, from a terminal, or by the API, and it appears at once.
    </Empty>
  );
}
