import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { RunSummary } from '../api/types.js';
import { sayRun } from '../model/sentences.js';
import { LOOKS, hasEnded } from '../model/status.js';
import { CopiedId } from '../parts/copy.js';
import { State } from '../parts/state-mark.js';
import { Lasted, Time, useNow } from '../parts/times.js';
import '../parts/table.css';

export interface RunsTableProps {
  readonly runs: readonly RunSummary[];
  /** Runs can be chosen, where something can be done to several. */
  readonly chosen?: ReadonlySet<string>;
  readonly toggle?: (id: string) => void;
  /** Where a row leads; to its run, if it is not said. */
  readonly linkTo?: (id: string) => string;
}

const toRun = (id: string) => `/runs/${id}`;

/** Runs, newest first: the state, what it is, and the one sentence why it stands so. */
export function RunsTable({ runs, chosen, toggle, linkTo = toRun }: RunsTableProps) {
  const isSettled = useRef(false);
  useEffect(() => {
    isSettled.current = true;
  }, []);
  return (
    <table className="rows cards runs">
      <thead>
        <tr>
          {toggle && (
            <th className="c-choose">
              <span className="unseen">Choose</span>
            </th>
          )}
          <th className="c-state">State</th>
          <th className="c-definition">Definition</th>
          <th className="c-id">Id</th>
          <th>Note</th>
          <th className="c-started">Started</th>
          <th className="c-lasted">Duration</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row
            key={run.id}
            run={run}
            isChosen={chosen?.has(run.id) === true}
            toggle={toggle}
            to={linkTo(run.id)}
            isSettled={isSettled.current}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly run: RunSummary;
  readonly isChosen: boolean;
  readonly toggle: ((id: string) => void) | undefined;
  readonly to: string;
  readonly isSettled: boolean;
}

function Row({ run, isChosen, toggle, to, isSettled }: RowProps) {
  const now = useNow();
  const [isFresh] = useState(isSettled);
  const { id, definition, status, labels } = run;
  const why = sayRun(run, now);
  return (
    <tr className={`${isChosen ? 'chosen' : ''} ${isFresh ? 'fresh' : ''}`}>
      {toggle && <Choose run={run} isChosen={isChosen} toggle={toggle} />}
      <td className="c-state">
        <State status={status} />
      </td>
      <td className="c-definition">
        <Link
          to={to}
          className="definition"
          data-row
          onKeyDown={({ key }) => key === 'x' && toggle?.(id)}
          aria-label={`${definition.name}, ${LOOKS[status].word}, ${id}`}
        >
          {definition.name}
        </Link>
        <span className="faint">{definition.version === null ? ' inline' : ` @${definition.version}`}</span>
      </td>
      <td className="c-id spare">
        <span className="above soft">
          <CopiedId id={id} />
        </span>
      </td>
      <td className={`why wide soft ${status === 'failed' ? 'is-failed' : ''}`} title={why}>
        <span className="say">
          <span className="cut">{why}</span>
          <Labels labels={labels} />
        </span>
      </td>
      <td className="c-started soft">
        <Time at={run.startedAt} />
      </td>
      <td className="c-lasted soft">
        <Lasted from={run.startedAt} to={run.endedAt} />
        {!hasEnded(status) && <Progress run={run} />}
      </td>
    </tr>
  );
}

/** Labels as chips, of which those that fit are seen. */
function Labels({ labels }: Pick<RunSummary, 'labels'>) {
  const pairs = Object.entries(labels);
  if (pairs.length === 0) return null;
  return (
    <span className="labels">
      {pairs.map(([name, value]) => (
        <span key={name} className="chip" title={`${name} ${value}`}>
          {name} {value}
        </span>
      ))}
    </span>
  );
}

interface ChooseProps {
  readonly run: RunSummary;
  readonly isChosen: boolean;
  readonly toggle: (id: string) => void;
}

function Choose({ run: { id, definition }, isChosen, toggle }: ChooseProps) {
  return (
    <td className="c-choose spare">
      <span className="above checked">
        <input
          type="checkbox"
          checked={isChosen}
          onChange={() => toggle(id)}
          aria-label={`Choose ${definition.name} ${id}`}
        />
      </span>
    </td>
  );
}

function Progress({ run: { status, tasks } }: { readonly run: RunSummary }) {
  const percent = tasks.total === 0 ? 0 : (100 * tasks.ended) / tasks.total;
  return (
    <span
      className={`progress tone-${LOOKS[status].tone}`}
      title={`${tasks.ended} of ${tasks.total} tasks`}
      aria-hidden="true"
    >
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}
