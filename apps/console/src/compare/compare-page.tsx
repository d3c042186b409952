import { ArrowLeftRight } from 'lucide-react';
import { Link, useSearchParams } from 'react-router';
import type { Pair } from '../model/compare-runs.js';
import { Failed, SkeletonRows } from '../parts/states.js';
import { Tabs } from '../parts/tabs.js';
import { useKeys } from '../parts/use-keys.js';
import { useTitle } from '../parts/use-title.js';
import type { RunView } from '../run/run-view.js';
import { useRunView } from '../run/use-run-view.js';
import './compare.css';
import { CompareData } from './compare-data.js';
import { CompareEvents } from './compare-events.js';
import { CompareHead } from './compare-head.js';
import { CompareTasks } from './compare-tasks.js';
import { CompareTimeline } from './compare-timeline.js';
import { PickOther } from './pick-other.js';

/** What each part of a comparison gets: the two runs as they are now. */
export interface CompareProps {
  readonly views: Pair<RunView>;
}

const TABS: { readonly [name: string]: { readonly label: string; readonly Tab: React.ComponentType<CompareProps> } } = {
  tasks: { label: 'Tasks', Tab: CompareTasks },
  timeline: { label: 'Timeline', Tab: CompareTimeline },
  events: { label: 'Events', Tab: CompareEvents },
  data: { label: 'Data', Tab: CompareData },
};

/** Two runs beside each other; the address says which. */
export function ComparePage() {
  useTitle('Compare two runs');
  const [words] = useSearchParams();
  const [one = '', other = ''] = (words.get('runs') ?? '').split(',');
  return other === '' ? <PickOther id={one} /> : <Compared key={`${one},${other}`} ids={[one, other]} />;
}

function Compared({ ids: [one, other] }: { readonly ids: Pair<string> }) {
  const [words, setWords] = useSearchParams();
  const [a, b] = [useRunView(one, null), useRunView(other, null)];
  const swapped = new URLSearchParams(words);
  swapped.set('runs', `${other},${one}`);
  useKeys({ s: () => setWords(swapped, { replace: true }) });
  const error = a.view ? b.error : a.error;
  if (!a.view || !b.view) {
    if (error) return <Failed error={error} retry={() => [a, b].forEach(({ refetch }) => refetch())} />;
    return <Loading />;
  }
  const current = words.get('tab') ?? 'tasks';
  const { Tab } = TABS[current] ?? TABS['tasks']!;
  return (
    <article className="page compare">
      <header>
        <h1>Compare two runs</h1>
        <Link className="button push" to={`?${swapped}`} replace>
          <ArrowLeftRight size={14} /> Swap
        </Link>
      </header>
      <CompareHead views={[a.view, b.view]} />
      <Tabs
        of="Parts of the comparison"
        current={current}
        tabs={Object.entries(TABS).map(([name, { label }]) => ({ name, label }))}
      />
      <Tab views={[a.view, b.view]} />
    </article>
  );
}

function Loading() {
  return (
    <div className="page" aria-busy="true">
      <span className="skeleton" style={{ height: 24, width: 240 }} />
      <div className="pair">
        <span className="skeleton" style={{ height: 76 }} />
        <span className="skeleton" style={{ height: 76 }} />
      </div>
      <SkeletonRows rows={8} />
    </div>
  );
}
