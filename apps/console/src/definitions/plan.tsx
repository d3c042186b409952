import { useMemo, useState } from 'react';
import type { Definition } from '../api/types.js';
import type { GraphNode } from '../model/collapse.js';
import { type Coverage, type PlannedTask, plannedTasks } from '../model/definition-graph.js';
import '../parts/table.css';
import { Graph, type GraphProps } from '../run/graph.js';
import { useLayout } from '../run/use-layout.js';

const COVERAGE: { readonly [coverage in Coverage]: string } = {
  undone: 'undone by',
  excused: 'stays:',
  open: 'nothing undoes it, and nobody says why',
  'no-effect': '',
};

const SHOWN_MAX = 500;

const sayOpen = (count: number) => `${count === 1 ? '1 has' : `${count} have`} none, and no reason for that.`;

/** The graph of a definition, and for each task what would become of it if the run had to be undone. */
export function Plan({ definition }: { readonly definition: Definition }) {
  const tasks = useMemo(() => plannedTasks(definition.document), [definition]);
  const [selected, setSelected] = useState<string>();
  const laidOut = useLayout(tasks);
  const data = useMemo(() => {
    const undoable = new Set(tasks.flatMap(({ key, coverage }) => (coverage === 'undone' ? [key] : [])));
    const shownOf = ({ id, label, type, members }: GraphNode) => ({
      label,
      type,
      status: undefined,
      counts: { pending: members.length },
      total: members.length,
      // What the timeline shows before what undoes a task.
      aside: members.every((key) => undoable.has(key)) ? '↺' : '',
      isCritical: false,
      isSelected: members.includes(selected ?? ''),
      open: () => setSelected(members.length === 1 ? members[0] : id),
    });
    return new Map((laidOut?.graph.nodes ?? []).map((node) => [node.id, shownOf(node)]));
  }, [laidOut, tasks, selected]) as GraphProps['data'];
  const open = tasks.filter(({ coverage }) => coverage === 'open');
  const covered = tasks.filter(({ coverage }) => coverage === 'undone').length;
  return (
    <div className="split">
      <div className="canvas">{laidOut && <Graph laidOut={laidOut} data={data} />}</div>
      <div>
        <h2>What would be undone</h2>
        <p className="soft">
          {covered} of {tasks.length} tasks have a compensation, marked with ↺.{' '}
          {open.length > 0 ? sayOpen(open.length) : 'Of the others it is said why not.'}
        </p>
      </div>
      <TasksOfPlan tasks={tasks.slice(0, SHOWN_MAX)} selected={selected} />
      {tasks.length > SHOWN_MAX && <p className="faint">And {tasks.length - SHOWN_MAX} more tasks, in the source.</p>}
    </div>
  );
}

interface TasksOfPlanProps {
  readonly tasks: readonly PlannedTask[];
  readonly selected: string | undefined;
}

function TasksOfPlan({ tasks, selected }: TasksOfPlanProps) {
  return (
    <table className="rows cards coverage">
      <thead>
        <tr>
          <th>Task</th>
          <th>Type</th>
          <th>After</th>
          <th>If the run is undone</th>
        </tr>
      </thead>
      <tbody>
        {tasks.map(({ key, type, dependsOn, coverage, undoneBy, notes }) => (
          <tr key={key} className={key === selected ? 'chosen' : ''}>
            <td>
              <b>{key}</b>{' '}
              {notes.map((note) => (
                <span key={note} className="chip mono">
                  {note}
                </span>
              ))}
            </td>
            <td className="soft">{type}</td>
            <td className="soft wide">{dependsOn.join(', ')}</td>
            <td className={`wide ${coverage === 'open' ? 'open' : 'soft'}`} title={undoneBy}>
              {COVERAGE[coverage]} {undoneBy}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
