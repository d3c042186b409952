import { useMemo, useState } from 'react';
import { LOOKS, STATUS_ORDER, countByStatus } from '../model/status.js';
import { Empty } from '../parts/states.js';
import { useRowKeys } from '../runs/use-row-keys.js';
import type { TabProps } from './run-page.js';
import { TasksTable } from './tasks-table.js';

/** Every task, as a table: what the graph shows, for who reads or hears it. */
export function TasksTab({ view, selected, select }: TabProps) {
  const [text, setText] = useState('');
  const [status, setStatus] = useState('');
  const { tasks } = view.shown;
  const counts = useMemo(() => countByStatus(tasks), [tasks]);
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const isWanted = (words: string) => wanted === '' || words.toLowerCase().includes(wanted);
    return tasks.filter((task) => (status === '' || task.status === status) && isWanted(`${task.key} ${task.type}`));
  }, [tasks, text, status]);
  const inside = useRowKeys<HTMLDivElement>();
  return (
    <div ref={inside}>
      <div className="bar">
        <input
          className="field"
          type="search"
          placeholder="Find a task"
          aria-label="Find a task"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <select
          className="field"
          aria-label="Tasks of which state"
          value={status}
          onChange={({ target }) => setStatus(target.value)}
        >
          <option value="">All states</option>
          {STATUS_ORDER.filter((each) => counts[each]).map((each) => (
            <option key={each} value={each}>
              {LOOKS[each].word} ({counts[each]})
            </option>
          ))}
        </select>
      </div>
      {shown.length === 0 ? (
        <Empty title="No task is like that">Look for another word, or for all states.</Empty>
      ) : (
        <TasksTable tasks={shown} selected={selected} select={select} at={view.isPast ? view.at : undefined} />
      )}
    </div>
  );
}
