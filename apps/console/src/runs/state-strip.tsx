import type { RunStatus, RunsPage } from '../api/types.js';
import { LOOKS, RUN_STATUSES } from '../model/status.js';
import { StateMark } from '../parts/state-mark.js';

export interface StateStripProps {
  readonly counts: RunsPage['counts'] | undefined;
  readonly chosen: readonly string[];
  readonly choose: (status: readonly string[]) => void;
}

/** How many runs there are of each state; a click shows those. */
export function StateStrip({ counts, chosen, choose }: StateStripProps) {
  const toggle = (status: RunStatus) =>
    choose(chosen.includes(status) ? chosen.filter((each) => each !== status) : [...chosen, status]);
  return (
    <div className="strip" role="group" aria-label="Runs by state">
      {RUN_STATUSES.map((status) => {
        const count = counts?.[status];
        return (
          <button
            key={status}
            type="button"
            aria-pressed={chosen.includes(status)}
            className={count ? '' : 'none'}
            onClick={() => toggle(status)}
          >
            <StateMark status={status} />
            <span className="number">{count === undefined ? '–' : count.toLocaleString('en')}</span>
            <span className="soft">{LOOKS[status].word}</span>
          </button>
        );
      })}
    </div>
  );
}
