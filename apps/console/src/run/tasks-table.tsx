import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { Task } from '../api/types.js';
import { State } from '../parts/state-mark.js';
import { withAges } from '../model/sentences.js';
import { Lasted, useNow } from '../parts/times.js';
import './tasks-table.css';

export interface TasksTableProps {
  readonly tasks: readonly Task[];
  readonly selected?: string | null;
  readonly select: (taskId: string) => void;
  /** When "now" is, where the past is shown. */
  readonly at?: number;
}

const ROW_PX = 34;
const COLUMNS = ['State', 'Task', 'Type', 'Attempt', 'Took', 'Note'];

/** Tasks as a table, of which only what is in sight is drawn. */
export function TasksTable({ tasks, selected, select, at }: TasksTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  return (
    <div ref={box} className="virtual" role="table" aria-label="Tasks" aria-rowcount={tasks.length + 1} tabIndex={0}>
      <div className="task-row head" role="row">
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const task = tasks[index]!;
          return (
            <div
              key={task.id}
              role="row"
              aria-rowindex={index + 2}
              className={`task-row ${task.id === selected ? 'is-selected' : ''}`}
              style={{ position: 'absolute', transform: `translateY(${start}px)` }}
            >
              <Cells task={task} at={at} select={select} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface CellsProps {
  readonly task: Task;
  readonly at: number | undefined;
  readonly select: (taskId: string) => void;
}

function Cells({ task, at, select }: CellsProps) {
  const { key, type, status, attempt, maxAttempts, startedAt, endedAt, error, waitingFor, items } = task;
  const now = useNow();
  const isFailed = status === 'failed';
  const done = items && `${items.ended} of ${items.total} items`;
  const said = (isFailed ? error?.message : waitingFor) ?? done ?? '';
  const why = withAges(said, at ?? now);
  return (
    <>
      <span role="cell">
        <State status={status} />
      </span>
      <span role="cell" className="cut">
        <button type="button" className="key cut" data-row onClick={() => select(task.id)} title={key}>
          {key}
        </button>
      </span>
      <span role="cell" className="cut soft">
        {type}
      </span>
      <span role="cell" className="soft">
        {attempt > 0 ? `${attempt} of ${maxAttempts}` : ''}
      </span>
      <span role="cell" className="soft">
        <Lasted from={status === 'pending' ? null : startedAt} to={endedAt} at={at} />
      </span>
      <span role="cell" className={`cut why soft ${isFailed ? 'is-failed' : ''}`} title={why}>
        {why}
      </span>
    </>
  );
}
