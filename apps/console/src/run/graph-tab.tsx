import { Group, Table2, Ungroup } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Task } from '../api/types.js';
import { type GraphNode, criticalPath } from '../model/collapse.js';
import { humane } from '../model/durations.js';
import { listKey } from '../model/run-fold.js';
import { countByStatus, leadingStatus } from '../model/status.js';
import { Dialog } from '../parts/dialog.js';
import { Graph, type GraphProps } from './graph.js';
import type { TabProps } from './run-page.js';
import { TasksTable } from './tasks-table.js';
import { useLayout } from './use-layout.js';

/** The word in the address that has every task drawn by itself. */
const WHOLE = 'whole';

interface WaysProps {
  readonly words: URLSearchParams;
  readonly isWhole: boolean;
}

/** The other ways to look at the same. */
function Ways({ words, isWhole }: WaysProps) {
  const asTable = new URLSearchParams(words);
  asTable.set('tab', 'tasks');
  const asOther = new URLSearchParams(words);
  if (isWhole) asOther.delete('graph');
  else asOther.set('graph', WHOLE);
  const other = isWhole ? 'Like tasks as one' : 'Every task by itself';
  return (
    <>
      <Link className="icon-button" to={`?${asOther}`} replace aria-label={other} title={other}>
        {isWhole ? <Group size={15} /> : <Ungroup size={15} />}
      </Link>
      <Link className="icon-button" to={`?${asTable}`} replace aria-label="The same as a table" title="As a table">
        <Table2 size={15} />
      </Link>
    </>
  );
}

/** The whole plan at once, with how everything stands at the moment that is shown. */
export function GraphTab({ view, selected, select }: TabProps) {
  const [words] = useSearchParams();
  const isWhole = words.get('graph') === WHOLE;
  const [opened, setOpened] = useState<readonly string[]>();
  const { tasks } = view.shown;
  const { drawn, items } = useMemo(
    () => (isWhole ? { drawn: tasks, items: NO_ITEMS } : splitItems(tasks)),
    [tasks, isWhole],
  );
  const laidOut = useLayout(drawn, isWhole);
  const data = useMemo(() => {
    const critical = criticalPath(drawn);
    const byId = new Map(drawn.map((task) => [task.id, task]));
    const shownOf = (node: GraphNode) => {
      const members = node.members.flatMap((id) => [byId.get(id) ?? []].flat());
      const all = members.flatMap((task) => items.get(task.key) ?? [task]);
      const isOne = all.length === 1 && members.length === 1;
      const open = () => (isOne ? select(members[0]!.id) : setOpened(all.map(({ id }) => id)));
      const shown = { members, all, isCritical: members.some(({ id }) => critical.has(id)), at: view.at };
      return { ...describe(node, shown), isSelected: node.members.includes(selected ?? ''), open };
    };
    return new Map((laidOut?.graph.nodes ?? []).map((node) => [node.id, shownOf(node)]));
  }, [laidOut, drawn, items, selected, select, view.at]) as GraphProps['data'];
  if (!laidOut) return <div className="graph" aria-busy="true" aria-label="The graph is being laid out" />;
  const group = opened ? tasks.filter(({ id }) => opened.includes(id)) : [];
  return (
    <>
      <Graph laidOut={laidOut} data={data} extra={<Ways words={words} isWhole={isWhole} />} />
      {opened && (
        <Dialog title={`${group.length.toLocaleString('en')} tasks`} close={() => setOpened(undefined)}>
          <TasksTable
            tasks={group}
            at={view.isPast ? view.at : undefined}
            select={(id) => {
              setOpened(undefined);
              select(id);
            }}
          />
        </Dialog>
      )}
    </>
  );
}

const NO_ITEMS: ReadonlyMap<string, readonly Task[]> = new Map();

/** Items of a list are inside the node of their list. */
function splitItems(tasks: readonly Task[]) {
  const lists = new Set(tasks.filter(({ items }) => items !== null).map(({ key }) => key));
  const items = new Map<string, Task[]>();
  const drawn = tasks.filter((task) => {
    const list = listKey(task.key);
    if (list === undefined || !lists.has(list)) return true;
    const known = items.get(list);
    if (known) known.push(task);
    else items.set(list, [task]);
    return false;
  });
  return { drawn, items };
}

interface Shown {
  readonly members: readonly Task[];
  /** The same with the items of lists instead of the lists. */
  readonly all: readonly Task[];
  readonly isCritical: boolean;
  readonly at: number;
}

function describe({ label, type }: GraphNode, { members, all, isCritical, at }: Shown) {
  const counts = countByStatus(all);
  const [first] = members;
  const status = members.length === 1 ? first!.status : leadingStatus(counts);
  const aside = members.length === 1 && first!.startedAt ? tookOf(first!, at) : '';
  return { label, type, status, counts, total: all.length, isCritical, aside };
}

function tookOf({ startedAt, endedAt, status }: Task, at: number): string {
  if (startedAt === null || status === 'pending' || status === 'skipped') return '';
  return humane(Math.max(0, (endedAt === null ? at : Date.parse(endedAt)) - Date.parse(startedAt)));
}
