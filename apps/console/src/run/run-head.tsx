import { useState } from 'react';
import { Link } from 'react-router';
import { type Action, actionsFor } from '../model/actions.js';
import { capital, withAges } from '../model/sentences.js';
import { LOOKS, hasEnded, isOver } from '../model/status.js';
import { CopiedId } from '../parts/copy.js';
import { State } from '../parts/state-mark.js';
import { Lasted, Time, useNow } from '../parts/times.js';
import { useTitle } from '../parts/use-title.js';
import { ActionDialog } from './action-dialog.js';
import type { RunView } from './run-view.js';

/** What the run is, how it stands, the one sentence why, and what can be done now. */
export function RunHead({ view }: { readonly view: RunView }) {
  const { now, id, isPast } = view;
  useTitle(`${LOOKS[now.status].word}: ${now.definition.name}`);
  const { definition, labels } = now;
  return (
    <header className="run-head">
      <div className="title">
        <h1>{definition.name}</h1>
        {definition.version === null ? (
          <span className="chip">inline</span>
        ) : (
          <Link className="chip" to={`/definitions/${definition.name}?version=${definition.version}`}>
            version {definition.version}
          </Link>
        )}
        <span className="soft">
          <CopiedId id={id} />
        </span>
        {Object.entries(labels).map(([name, value]) => (
          <Link key={name} className="chip" to={`/runs?label=${encodeURIComponent(`${name}:${value}`)}`}>
            {name} {value}
          </Link>
        ))}
      </div>
      <Actions view={view} />
      <Facts view={view} />
      <Why view={view} />
      {now.notUndone.length > 0 && !isPast && (
        <p className="why is-failed">Not undone: {now.notUndone.join(', ')}. A retry goes on from there.</p>
      )}
    </header>
  );
}

/** The one sentence: why it waits, or what went wrong. */
function Why({ view: { shown, page, isPast, at } }: { readonly view: RunView }) {
  const clock = useNow();
  if (shown.error) return <p className="why is-failed">{capital(shown.error.message)}</p>;
  if (!page?.waitingFor) return null;
  return <p className="why soft">{capital(withAges(page.waitingFor, isPast ? at : clock))}</p>;
}

/** How it stands, how far it has come, how old it is. */
function Facts({ view: { now, shown, isPast, at } }: { readonly view: RunView }) {
  const { parent } = now;
  const ended = shown.tasks.filter(({ status }) => isOver(status)).length;
  return (
    <div className="facts soft">
      <span role="status" aria-live="polite">
        <State status={shown.status} size={16} />
      </span>
      <span>
        {ended.toLocaleString('en')} of {shown.tasks.length.toLocaleString('en')} tasks
      </span>
      <span>
        <Lasted from={now.startedAt} to={shown.endedAt} at={isPast ? at : undefined} />
      </span>
      <span>
        started <Time at={now.startedAt} />
      </span>
      {parent && (
        <Link className="link" to={`/runs/${parent.id}?task=${encodeURIComponent(parent.taskId)}`}>
          part of another run
        </Link>
      )}
      {now.warning && <span>{now.warning}</span>}
    </div>
  );
}

function Actions({ view }: { readonly view: RunView }) {
  const [asked, setAsked] = useState<Action>();
  const { now, isPast } = view;
  const { definition } = now;
  const again = `/definitions/${definition.name}/start?from=${view.id}`;
  return (
    <div className="actions">
      {hasEnded(now.status) && definition.version !== null && (
        <Link className="button" to={again}>
          Run again
        </Link>
      )}
      <Link className="button" to={`/runs/compare?runs=${view.id}`}>
        Compare
      </Link>
      {actionsFor(now.status).map((action) => (
        <button
          key={action.name}
          type="button"
          className={`button ${action.isGrave ? 'grave' : ''} ${action.name === 'retry' ? 'main' : ''}`}
          onClick={() => setAsked(action)}
          disabled={isPast}
          title={isPast ? 'This is the past: go back to now first' : action.means}
        >
          {action.label}
        </button>
      ))}
      {asked && <ActionDialog run={now} action={asked} close={() => setAsked(undefined)} />}
    </div>
  );
}
