import { Fragment, useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Json, Task } from '../api/types.js';
import { type ComparedTask, type Pair, compareTasks, jsonLines, sayLonger } from '../model/compare-runs.js';
import { exact, humane } from '../model/durations.js';
import { withFilter } from '../model/filters.js';
import { State } from '../parts/state-mark.js';
import { Empty } from '../parts/states.js';
import '../parts/table.css';
import { useRowKeys } from '../runs/use-row-keys.js';
import { Beside } from './beside.js';
import type { CompareProps } from './compare-page.js';
import { SideMark } from './side-mark.js';

const ROWS_MAX = 500;

/** Every task of both, with its states, how long it took in each, and what else differs. */
export function CompareTasks({ views: [one, other] }: CompareProps) {
  const [words, setWords] = useSearchParams();
  const inside = useRowKeys<HTMLDivElement>();
  const set = (name: string, value: string) => setWords((before) => withFilter(before, name, value), { replace: true });
  const tasks = useMemo(
    () => compareTasks([one.shown.tasks, other.shown.tasks], [one.at, other.at]),
    [one.shown.tasks, other.shown.tasks, one.at, other.at],
  );
  const differing = tasks.filter(({ differences }) => differences.length > 0);
  const isShort = words.get('only') === 'differing';
  const shown = isShort ? differing : tasks;
  const opened = words.get('task');
  return (
    <div ref={inside}>
      <div className="bar">
        <button
          type="button"
          className={`button ${isShort ? 'chosen' : ''}`}
          aria-pressed={isShort}
          onClick={() => set('only', isShort ? '' : 'differing')}
        >
          Only what differs
        </button>
        <span className="soft">
          {differing.length.toLocaleString('en')} of {tasks.length.toLocaleString('en')} tasks differ; B took{' '}
          {sayLonger(lastedOf(other) - lastedOf(one))}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty title="No task differs">
          In both runs every task stands and has given the same; only times may differ.
        </Empty>
      ) : (
        <Rows
          tasks={shown.slice(0, ROWS_MAX)}
          ids={[one.id, other.id]}
          opened={opened}
          open={(key) => set('task', key === opened ? '' : key)}
        />
      )}
      {shown.length > ROWS_MAX && <p className="faint">And {(shown.length - ROWS_MAX).toLocaleString('en')} more.</p>}
    </div>
  );
}

/** How long a run took, or has taken so far, in milliseconds. */
const lastedOf = ({ now, shown, at }: CompareProps['views'][0]) =>
  (shown.endedAt === null ? at : Date.parse(shown.endedAt)) - Date.parse(now.startedAt);

interface RowsProps {
  readonly tasks: readonly ComparedTask[];
  readonly ids: Pair<string>;
  readonly opened: string | null;
  readonly open: (key: string) => void;
}

function Rows({ tasks, ids, opened, open }: RowsProps) {
  const most = Math.max(1, ...tasks.map(({ longerMs }) => Math.abs(longerMs ?? 0)));
  return (
    <table className="rows cards compared-tasks">
      <thead>
        <tr>
          <th>Task</th>
          <th className="c-side">
            <SideMark side={0} /> State
          </th>
          <th className="number c-took">Took</th>
          <th className="c-side">
            <SideMark side={1} /> State
          </th>
          <th className="number c-took">Took</th>
          <th className="c-longer">B took</th>
          <th>Differs in</th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <Fragment key={task.key}>
            <Row task={task} most={most} isOpen={task.key === opened} open={open} />
            {task.key === opened && (
              <tr className="details">
                <td colSpan={7}>
                  <Details task={task} ids={ids} />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly task: ComparedTask;
  /** The largest difference of times, in milliseconds: it fills the bar. */
  readonly most: number;
  readonly isOpen: boolean;
  readonly open: (key: string) => void;
}

function Row({ task: { key, sides, differences, tookMs, longerMs }, most, isOpen, open }: RowProps) {
  return (
    <tr className={isOpen ? 'chosen' : ''}>
      <td className="c-key">
        <button type="button" data-row aria-expanded={isOpen} onClick={() => open(key)}>
          <b>{key}</b>
        </button>
      </td>
      {([0, 1] as const).map((side) => (
        <Fragment key={side}>
          <td className="c-side">
            <span className="narrow">
              <SideMark side={side} />
            </span>
            <Standing task={sides[side]} />
          </td>
          <td className="number c-took soft">
            <Took ms={tookMs[side]} />
          </td>
        </Fragment>
      ))}
      <td className="c-longer soft">{longerMs !== null && <Longer ms={longerMs} most={most} />}</td>
      <td className="wide soft">{differences.map((each) => WORDS[each]).join(', ')}</td>
    </tr>
  );
}

const WORDS: { readonly [difference in ComparedTask['differences'][number]]: string } = {
  missing: 'only one has it',
  state: 'state',
  attempts: 'attempts',
  error: 'error',
  output: 'output',
};

function Standing({ task }: { readonly task: Task | undefined }) {
  if (!task) return <span className="faint">not there</span>;
  return (
    <>
      <State status={task.status} />
      {task.attempt > 1 && <span className="faint"> ×{task.attempt}</span>}
    </>
  );
}

function Took({ ms }: { readonly ms: number | null }) {
  return ms === null ? <span className="faint">–</span> : <span title={exact(ms)}>{humane(ms)}</span>;
}

/** A bar from the middle: to the right where B took longer, to the left where it took less. */
function Longer({ ms, most }: { readonly ms: number; readonly most: number }) {
  const width = `${(50 * Math.abs(ms)) / most}%`;
  return (
    <>
      <span className="longer" aria-hidden="true">
        <span style={ms > 0 ? { left: '50%', width } : { right: '50%', width }} />
      </span>
      {sayLonger(ms)}
    </>
  );
}

const saidBy = (task: Task | undefined): Json =>
  task === undefined ? null : { output: task.output, ...(task.error ? { error: task.error as unknown as Json } : {}) };

function Details({ task: { key, sides }, ids }: { readonly task: ComparedTask; readonly ids: Pair<string> }) {
  return (
    <>
      <Beside name={`What ${key} gave`} left={jsonLines(saidBy(sides[0]))} right={jsonLines(saidBy(sides[1]))} />
      <div className="pair">
        {sides.map((task, side) => (
          <span key={ids[side]}>
            {task && (
              <Link className="link" to={`/runs/${ids[side]}?task=${encodeURIComponent(task.id)}`}>
                Open it in {side === 0 ? 'A' : 'B'}
              </Link>
            )}
          </span>
        ))}
      </div>
    </>
  );
}
