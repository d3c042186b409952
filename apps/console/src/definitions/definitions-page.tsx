import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { listDefinitions } from '../api/definitions.js';
import { SLOW_EVERY_MS } from '../live/live-source.js';
import { useRefreshed } from '../live/use-refreshed.js';
import '../parts/table.css';
import { Listed } from '../parts/listed.js';
import { Empty } from '../parts/states.js';
import { Time } from '../parts/times.js';
import { useTitle } from '../parts/use-title.js';
import { useRowKeys } from '../runs/use-row-keys.js';
import './definitions.css';

/** What can be run. */
export function DefinitionsPage() {
  useTitle('Definitions');
  const inside = useRowKeys<HTMLDivElement>();
  const definitions = useQuery({
    queryKey: ['definitions'],
    queryFn: ({ signal }) => listDefinitions({ signal }),
    refetchInterval: useRefreshed('definitions', SLOW_EVERY_MS),
  });
  return (
    <div className="page" ref={inside}>
      <header>
        <h1>Definitions</h1>
      </header>
      <Listed
        asked={definitions}
        items={definitions.data?.items}
        empty={
          <Empty title="No definition is registered" command="npx orrery register examples/order-fulfilment.yaml">
            A definition says which tasks a run has, in which order, and what undoes them. Register one, and it can be
            started from here.
          </Empty>
        }
      >
        {(all) => (
          <table className="rows cards definitions">
            <thead>
              <tr>
                <th>Name</th>
                <th className="c-version">Version</th>
                <th>Registered</th>
                <th className="c-start">
                  <span className="unseen">Start</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {all.map(({ name, version, registeredAt }) => (
                <tr key={name}>
                  <td>
                    <Link to={`/definitions/${name}`} data-row>
                      <b>{name}</b>
                    </Link>
                  </td>
                  <td className="c-version soft">{version}</td>
                  <td className="soft">
                    <Time at={registeredAt} />
                  </td>
                  <td className="c-start">
                    <Link className="above link" to={`/definitions/${name}/start`}>
                      Start a run
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Listed>
    </div>
  );
}
