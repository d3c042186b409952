import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { listQueues, listWorkers } from '../api/operations.js';
import type { Queue, Worker } from '../api/types.js';
import { LIST_EVERY_MS } from '../live/live-source.js';
import { Listed } from '../parts/listed.js';
import { Empty } from '../parts/states.js';
import '../parts/table.css';
import { Lasted, Time } from '../parts/times.js';
import { useTitle } from '../parts/use-title.js';
import './operations.css';

/** What waits for workers, and who works. */
export function QueuesPage() {
  useTitle('Queues and workers');
  const queues = useQuery({
    queryKey: ['queues'],
    queryFn: ({ signal }) => listQueues(signal),
    refetchInterval: LIST_EVERY_MS,
  });
  const workers = useQuery({
    queryKey: ['workers'],
    queryFn: ({ signal }) => listWorkers(signal),
    refetchInterval: LIST_EVERY_MS,
  });
  return (
    <div className="page">
      <header>
        <h1>Queues and workers</h1>
      </header>
      <div className="two">
        <section>
          <Listed
            asked={queues}
            items={queues.data?.items}
            rows={5}
            empty={
              <Empty title="No queue has anything in it">
                A task type has a queue as soon as a task waits, or a worker takes it.
              </Empty>
            }
          >
            {(all) => <Queues queues={all} />}
          </Listed>
        </section>
        <section>
          <h2>Workers</h2>
          <Listed asked={workers} items={workers.data?.items} rows={3} empty={<NobodyWorks />}>
            {(all) => <Workers workers={all} />}
          </Listed>
        </section>
      </div>
    </div>
  );
}

function NobodyWorks() {
  return (
    <Empty title="Nobody works" command={`python3 examples/workers/worker.py ${location.origin}`}>
      A worker asks for tasks of its types, and does them. Start one, and it appears here.
    </Empty>
  );
}

const isBusy = ({ waiting, held }: Queue) => waiting > 0 || held > 0;

/** Queues with something in them; those that stand idle are told by their number, until somebody wants to see them. */
function Queues({ queues }: { readonly queues: readonly Queue[] }) {
  const [areIdleShown, setIdleShown] = useState(false);
  const busy = queues.filter(isBusy);
  const idle = queues.length - busy.length;
  return (
    <>
      {busy.length === 0 && <p className="soft">Nothing waits for a worker, and no worker holds anything.</p>}
      {(busy.length > 0 || areIdleShown) && <QueuesTable queues={areIdleShown ? queues : busy} />}
      {idle > 0 && (
        <button type="button" className="button plain" onClick={() => setIdleShown(!areIdleShown)}>
          {areIdleShown ? 'Hide what is idle' : `Show ${idle === 1 ? '1 idle type' : `${idle} idle types`}`}
        </button>
      )}
    </>
  );
}

function QueuesTable({ queues }: { readonly queues: readonly Queue[] }) {
  const sorted = [...queues].sort((a, b) => b.waiting - a.waiting || b.held - a.held || a.type.localeCompare(b.type));
  return (
    <table className="rows cards queues">
      <thead>
        <tr>
          <th>Task type</th>
          <th className="number">Waiting</th>
          <th className="number">Held</th>
          <th className="number">Workers</th>
          <th>The oldest waits for</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ type, waiting, held, workers, oldestAt }) => (
          <tr key={type}>
            <td>
              <Link data-row to={`/tasks?type=${encodeURIComponent(type)}`}>
                <b>{type}</b>
              </Link>
            </td>
            <td className={`number ${waiting === 0 ? 'faint' : ''}`} data-name="waiting">
              {waiting.toLocaleString('en')}
            </td>
            <td className={`number ${held === 0 ? 'faint' : ''}`} data-name="held">
              {held.toLocaleString('en')}
            </td>
            <td className={`number ${waiting > 0 && workers === 0 ? 'tone-failed' : 'soft'}`} data-name="workers">
              {workers}
            </td>
            <td className="soft wide">
              {oldestAt && <Lasted from={oldestAt} to={null} />}
              {waiting > 0 && workers === 0 && <span className="tone-failed"> · nobody takes this type</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const TRANSPORTS: { readonly [transport in Worker['transport']]: string } = {
  poll: 'asks over HTTP',
  stream: 'connected by a socket',
  amqp: 'over RabbitMQ',
  inside: 'inside the server',
};

function Workers({ workers }: { readonly workers: readonly Worker[] }) {
  return (
    <table className="rows cards workers">
      <thead>
        <tr>
          <th>Worker</th>
          <th>Busy</th>
          <th>How</th>
          <th>Types</th>
          <th>Seen</th>
        </tr>
      </thead>
      <tbody>
        {workers.map(({ id, types, transport, slots, busy, lastSeenAt }) => (
          <tr key={id}>
            <td>
              <b>{id}</b>
            </td>
            <td className="soft">
              <span className="meter" aria-hidden="true">
                <span style={{ width: `${(100 * busy) / Math.max(1, slots)}%` }} />
              </span>
              {busy} of {slots}
            </td>
            <td className="soft spare">{TRANSPORTS[transport]}</td>
            <td className="soft wide" title={types.join(', ')}>
              {types.join(', ')}
            </td>
            <td className="soft spare">
              <Time at={lastSeenAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
