import { Link } from 'react-router';
import { capital } from '../model/sentences.js';
import { CopiedId } from '../parts/copy.js';
import { State } from '../parts/state-mark.js';
import { Lasted, Time } from '../parts/times.js';
import type { RunView } from '../run/run-view.js';
import type { CompareProps } from './compare-page.js';
import { SideMark } from './side-mark.js';

/** The two runs, each with how it stands. */
export function CompareHead({ views }: CompareProps) {
  return (
    <div className="pair">
      <Side view={views[0]} side={0} />
      <Side view={views[1]} side={1} />
    </div>
  );
}

function Side({ view, side }: { readonly view: RunView; readonly side: 0 | 1 }) {
  const { now, shown, id } = view;
  const { name, version } = now.definition;
  return (
    <section className="side">
      <div className="title">
        <SideMark side={side} />
        <Link className="name cut" to={`/runs/${id}`}>
          {name}
        </Link>
        <span className="faint">{version === null ? 'inline' : `@${version}`}</span>
        <span className="soft">
          <CopiedId id={id} />
        </span>
      </div>
      <div className="facts soft">
        <State status={shown.status} />
        <span>{shown.tasks.length.toLocaleString('en')} tasks</span>
        <Lasted from={now.startedAt} to={shown.endedAt} />
        <span>
          started <Time at={now.startedAt} />
        </span>
      </div>
      {shown.error && <p className="tone-failed">{capital(shown.error.message)}</p>}
      {Object.keys(now.labels).length > 0 && (
        <div className="facts">
          {Object.entries(now.labels).map(([label, value]) => (
            <span key={label} className="chip">
              {label} {value}
            </span>
          ))}
        </div>
      )}
    </section>
  );
}
