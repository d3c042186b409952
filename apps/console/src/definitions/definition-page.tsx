import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { Link, useParams, useSearchParams } from 'react-router';
import { getDefinition } from '../api/definitions.js';
import { listRuns } from '../api/runs.js';
import type { Definition } from '../api/types.js';
import { SLOW_EVERY_MS } from '../live/live-source.js';
import { useRefreshed } from '../live/use-refreshed.js';
import { withFilter } from '../model/filters.js';
import { CodeBlock } from '../parts/code-block.js';
import { Listed } from '../parts/listed.js';
import { Empty, Failed, SkeletonRows } from '../parts/states.js';
import { Tabs } from '../parts/tabs.js';
import { useTitle } from '../parts/use-title.js';
import { RunsTable } from '../runs/runs-table.js';
import '../runs/runs.css';
import './definitions.css';
import { Plan } from './plan.js';
import { VersionDiff } from './version-diff.js';

interface TabProps {
  readonly definition: Definition;
}

const TABS: { readonly [name: string]: { readonly label: string; readonly Tab: React.ComponentType<TabProps> } } = {
  plan: { label: 'Plan', Tab: Plan },
  source: { label: 'Source', Tab: Source },
  versions: { label: 'What changed', Tab: VersionDiff },
  runs: { label: 'Recent runs', Tab: RecentRuns },
};

/** One definition: its graph, what would not be undone, its versions, its runs. */
export function DefinitionPage() {
  const { name = '' } = useParams();
  useTitle(name);
  const [words, setWords] = useSearchParams();
  const version = Number(words.get('version')) || undefined;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['definition', name, version ?? 'newest'],
    queryFn: ({ signal }) => getDefinition(name, version, signal),
  });
  if (isPending) return <SkeletonRows />;
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const current = words.get('tab') ?? 'plan';
  const { Tab } = TABS[current] ?? TABS['plan']!;
  const description = data.document['description'];
  return (
    <article className="page definition-page">
      <header>
        <h1>{name}</h1>
        <select
          className="field"
          style={{ width: 'auto' }}
          aria-label="Version"
          value={data.version}
          onChange={({ target }) => setWords(withFilter(words, 'version', target.value), { replace: true })}
        >
          {Array.from({ length: data.latestVersion }, (_, index) => data.latestVersion - index).map((each) => (
            <option key={each} value={each}>
              version {each}
              {each === data.latestVersion ? ' (newest)' : ''}
            </option>
          ))}
        </select>
        <Link className="button main push" to={`/definitions/${name}/start`}>
          <Play size={14} /> Start a run
        </Link>
      </header>
      {typeof description === 'string' && <p className="soft">{description}</p>}
      <Tabs
        of="Parts of the definition"
        current={current}
        tabs={Object.entries(TABS).map(([key, { label }]) => ({ name: key, label }))}
      />
      <Tab definition={data} />
    </article>
  );
}

function Source({ definition }: TabProps) {
  return <CodeBlock text={definition.source} />;
}

function RecentRuns({ definition: { name } }: TabProps) {
  const runs = useQuery({
    queryKey: ['runs-of', name],
    queryFn: ({ signal }) => listRuns({ status: [], label: [], definition: name }, { signal, limit: 25 }),
    refetchInterval: useRefreshed('runs-of', SLOW_EVERY_MS),
  });
  const empty = (
    <Empty title="It has not run yet" command={`npx orrery run ${name}`}>
      Start it here, or from a terminal.
    </Empty>
  );
  return (
    <Listed asked={runs} items={runs.data?.items} empty={empty} rows={5}>
      {(items) => <RunsTable runs={items} />}
    </Listed>
  );
}
