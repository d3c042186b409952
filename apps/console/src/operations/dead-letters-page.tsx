import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { listDeadLetters } from '../api/operations.js';
import type { DeadLetter } from '../api/types.js';
import { SLOW_EVERY_MS } from '../live/live-source.js';
import { useRefreshed } from '../live/use-refreshed.js';
import { capital } from '../model/sentences.js';
import { Listed } from '../parts/listed.js';
import { Empty } from '../parts/states.js';
import '../parts/table.css';
import { Time } from '../parts/times.js';
import { useTitle } from '../parts/use-title.js';
import { useRowKeys } from '../runs/use-row-keys.js';
import { DeadLetterDialog } from './dead-letter-dialog.js';
import './operations.css';

const STATUSES = ['waiting', 'redriven', 'dropped'] as const;

/** Messages that were set aside, and why; they can be sent again, or given up. */
export function DeadLettersPage() {
  useTitle('Dead letters');
  const [words, setWords] = useSearchParams();
  const status = words.get('status') ?? 'waiting';
  const [opened, setOpened] = useState<string>();
  const inside = useRowKeys<HTMLDivElement>();
  const letters = useQuery({
    queryKey: ['dead-letters', status],
    queryFn: ({ signal }) => listDeadLetters(status, { signal }),
    refetchInterval: useRefreshed('dead-letters', SLOW_EVERY_MS),
  });
  return (
    <div className="page" ref={inside}>
      <header>
        <h1>Dead letters</h1>
      </header>
      <div className="bar">
        {STATUSES.map((each) => (
          <button
            key={each}
            type="button"
            className={`button ${each === status ? 'chosen' : ''}`}
            aria-pressed={each === status}
            onClick={() => setWords({ status: each }, { replace: true })}
          >
            {capital(each)}
          </button>
        ))}
      </div>
      <Listed
        asked={letters}
        items={letters.data?.items}
        empty={
          <Empty title={status === 'waiting' ? 'Nothing was set aside' : `None is ${status}`}>
            With RabbitMQ, a message that cannot be taken is kept here with its reason, instead of being tried for ever.
            Where there is no broker, there are none.
          </Empty>
        }
      >
        {(all) => <Letters letters={all} open={setOpened} />}
      </Listed>
      {opened && <DeadLetterDialog id={opened} close={() => setOpened(undefined)} />}
    </div>
  );
}

interface LettersProps {
  readonly letters: readonly DeadLetter[];
  readonly open: (id: string) => void;
}

function Letters({ letters, open }: LettersProps) {
  return (
    <table className="rows cards letters">
      <thead>
        <tr>
          <th>Reason</th>
          <th className="c-type">Its type</th>
          <th className="c-from">From</th>
          <th className="c-since">Set aside</th>
        </tr>
      </thead>
      <tbody>
        {letters.map(({ id, reason, detail, type, queue, recordedAt }) => (
          <tr key={id}>
            <td className="wide" title={detail}>
              <button type="button" className="cut" data-row onClick={() => open(id)}>
                <b>{reason}</b> <span className="soft">{detail}</span>
              </button>
            </td>
            <td className="c-type soft mono spare">{type ?? <span className="faint">none</span>}</td>
            <td className="c-from soft">{queue}</td>
            <td className="c-since soft">
              <Time at={recordedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
