import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { type TasksFilter, listTasks } from '../api/runs.js';
import type { OpenTask } from '../api/types.js';
import { LIST_EVERY_MS } from '../live/live-source.js';
import { useRefreshed } from '../live/use-refreshed.js';
import { withFilter } from '../model/filters.js';
import { capital, sayStanding } from '../model/sentences.js';
import { LOOKS } from '../model/status.js';
import { State } from '../parts/state-mark.js';
import { CopiedId } from '../parts/copy.js';
import { Listed } from '../parts/listed.js';
import { Empty } from '../parts/states.js';
import '../parts/table.css';
import { Time, useNow } from '../parts/times.js';
import { useTitle } from '../parts/use-title.js';
import { useRowKeys } from '../runs/use-row-keys.js';
import './operations.css';

const toggled = (words: readonly string[], word: string) =>
  words.includes(word) ? words.filter((other) => other !== word) : [...words, word];

const STATUSES = ['queued', 'running', 'waiting', 'failed'] as const;

/** Open and failed tasks of all runs: what the installation is at. */
export function TasksPage() {
  useTitle('Tasks');
  const [words, setWords] = useSearchParams();
  const status = (words.get('status') ?? '').split(',').filter((each) => each in LOOKS);
  const type = words.get('type') ?? '';
  const inside = useRowKeys<HTMLDivElement>();
  const tasks = useTasks({ status, type });
  const set = (name: string, value: string) => setWords((before) => withFilter(before, name, value), { replace: true });
  return (
    <div className="page" ref={inside}>
      <header>
        <h1>Tasks</h1>
        <span className="soft">open and failed, of all runs</span>
      </header>
      <div className="bar">
        {STATUSES.map((each) => (
          <button
            key={each}
            type="button"
            className={`button ${status.includes(each) ? 'chosen' : ''}`}
            aria-pressed={status.includes(each)}
            onClick={() => set('status', toggled(status, each).join(','))}
          >
            <State status={each} size={13} />
          </button>
        ))}
        <input
          className="field"
          type="search"
          placeholder="Of one type"
          aria-label="Tasks of one type"
          value={type}
          onChange={({ target }) => set('type', target.value)}
        />
      </div>
      <Listed
        asked={tasks}
        items={tasks.data?.pages.flatMap(({ items }) => items)}
        empty={
          <Empty title="Nothing is open" command="npx orrery run order-fulfilment">
            No task waits, runs or has failed. What is done stands in its run.
          </Empty>
        }
      >
        {(all) => <OpenTasks tasks={all} />}
      </Listed>
      {tasks.hasNextPage && (
        <button type="button" className="button" onClick={() => void tasks.fetchNextPage()}>
          Show more
        </button>
      )}
    </div>
  );
}

function useTasks(filter: TasksFilter) {
  return useInfiniteQuery({
    queryKey: ['tasks', filter],
    queryFn: ({ pageParam, signal }) => listTasks(filter, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: useRefreshed('tasks', LIST_EVERY_MS),
    placeholderData: keepPreviousData,
  });
}

function OpenTasks({ tasks }: { readonly tasks: readonly OpenTask[] }) {
  const now = useNow();
  return (
    <table className="rows cards tasks">
      <thead>
        <tr>
          <th className="c-state">State</th>
          <th className="c-key">Task</th>
          <th className="c-type">Type</th>
          <th>Note</th>
          <th className="c-run">Run</th>
          <th className="c-since">Since</th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <tr key={task.id}>
            <td className="c-state">
              <State status={task.status} />
            </td>
            <td className="c-key">
              <Link data-row to={`/runs/${task.workflowId}?task=${encodeURIComponent(task.id)}`}>
                <b>{task.key}</b>
              </Link>
            </td>
            <td className="c-type soft spare">{task.type}</td>
            <Note task={task} now={now} />
            <td className="c-run spare">
              <span className="above soft">
                <CopiedId id={task.workflowId} />
              </span>
            </td>
            <td className="c-since soft spare">
              <Time at={task.since} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The state stands beside it already: of a failure only its reason is told. */
function Note({ task, now }: { readonly task: OpenTask; readonly now: number }) {
  const isFailed = task.status === 'failed';
  const words = isFailed && task.error ? task.error.message : sayStanding(task, now);
  return (
    <td className="wide soft" title={words}>
      {capital(words)}
    </td>
  );
}
