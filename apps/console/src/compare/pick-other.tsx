import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getRun, listRuns } from '../api/runs.js';
import { shortId } from '../model/short-id.js';
import { Listed } from '../parts/listed.js';
import { Empty, Failed, SkeletonRows } from '../parts/states.js';
import { RunsTable } from '../runs/runs-table.js';
import '../runs/runs.css';
import { useRowKeys } from '../runs/use-row-keys.js';

/** The run that one is compared with: another one of its definition. */
export function PickOther({ id }: { readonly id: string }) {
  const inside = useRowKeys<HTMLDivElement>();
  const run = useQuery({
    queryKey: ['run', id, 'now'],
    queryFn: ({ signal }) => getRun(id, { signal }),
    enabled: id !== '',
  });
  const definition = run.data?.definition.name;
  const runs = useQuery({
    queryKey: ['runs-of', definition],
    queryFn: ({ signal }) => listRuns({ status: [], label: [], definition }, { signal, limit: 25 }),
    enabled: definition !== undefined,
  });
  if (id === '') return <NoneChosen />;
  if (run.isPending) return <SkeletonRows />;
  if (run.isError) return <Failed error={run.error} retry={() => void run.refetch()} />;
  return (
    <div className="page" ref={inside}>
      <header>
        <h1>Compare {definition}</h1>
        <Link className="link mono" to={`/runs/${id}`}>
          {shortId(id)}
        </Link>
        <span className="soft">with which other run?</span>
      </header>
      <Listed
        asked={runs}
        items={runs.data?.items.filter((each) => each.id !== id)}
        empty={
          <Empty title="There is no other run of it" command={`npx orrery run ${definition}`}>
            Two runs of one definition say most about each other. Any two can be compared: choose them in the list of
            runs.
          </Empty>
        }
      >
        {(all) => <RunsTable runs={all} linkTo={(other) => `/runs/compare?runs=${id},${other}`} />}
      </Listed>
    </div>
  );
}

function NoneChosen() {
  return (
    <Empty
      title="Which two runs?"
      actions={
        <Link className="button main" to="/runs">
          Choose them
        </Link>
      }
    >
      Choose two runs in the list, with a click on the box before them or with <kbd>x</kbd>, and press <kbd>c</kbd>.
    </Empty>
  );
}
