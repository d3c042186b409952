import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { Failed, SkeletonRows } from '../parts/states.js';
import { Tabs } from '../parts/tabs.js';
import { CompensationTab } from './compensation-tab.js';
import { DataTab } from './data-tab.js';
import { DefinitionTab } from './definition-tab.js';
import { EventsTab } from './events-tab.js';
import { GraphTab } from './graph-tab.js';
import { RunHead } from './run-head.js';
import './run.css';
import type { RunView } from './run-view.js';
import { TaskSheet } from './task-sheet.js';
import { TasksTab } from './tasks-tab.js';
import { TimelineTab } from './timeline-tab.js';
import { TimeSlider } from './time-slider.js';
import { useRunView } from './use-run-view.js';

/** What each tab gets: the moment that is shown, and how to point at a task or at another moment. */
export interface TabProps {
  readonly view: RunView;
  readonly selected: string | null;
  readonly select: (taskId: string | null) => void;
  readonly goTo: (version: number | null) => void;
}

const TABS: { readonly [name: string]: { readonly label: string; readonly Tab: React.ComponentType<TabProps> } } = {
  graph: { label: 'Graph', Tab: GraphTab },
  timeline: { label: 'Timeline', Tab: TimelineTab },
  tasks: { label: 'Tasks', Tab: TasksTab },
  events: { label: 'Events', Tab: EventsTab },
  data: { label: 'Data', Tab: DataTab },
  compensation: { label: 'Compensation', Tab: CompensationTab },
  definition: { label: 'Definition', Tab: DefinitionTab },
};

/** One run: how it stands, why, what can be done, and how it got here. */
export function RunPage() {
  const { id = '' } = useParams();
  return <RunAt key={id} id={id} />;
}

function RunAt({ id }: { readonly id: string }) {
  const [words, setWords] = useSearchParams();
  const wanted = Number(words.get('at')) || null;
  const [moved, setMoved] = useState<number | null>(wanted);
  const { view, error, refetch } = useRunView(id, moved);
  const set = (name: string, value: string | null) =>
    setWords(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  if (!view) return error ? <Failed error={error} retry={refetch} instead={<AllRuns />} /> : <Loading />;
  const goTo = (version: number | null) => setMoved(version !== null && version >= view.last ? null : version);
  const settle = (version: number | null) => {
    goTo(version);
    set('at', version === null || version >= view.last ? null : String(version));
  };
  const name = words.get('tab') ?? 'graph';
  const { Tab } = TABS[name] ?? TABS['graph']!;
  const counts: { readonly [tab: string]: number | undefined } = {
    tasks: view.shown.tasks.length,
    events: view.version,
  };
  const selected = words.get('task');
  const select = (task: string | null) => set('task', task);
  return (
    <article className={`page run-page ${name === 'graph' ? 'filled' : ''}`}>
      <RunHead view={view} />
      <TimeSlider view={view} move={goTo} settle={settle} />
      <div className="run-body">
        <div className="run-main">
          <Tabs
            of="Parts of the run"
            current={name}
            tabs={Object.entries(TABS).map(([each, { label }]) => ({ name: each, label, count: counts[each] }))}
          />
          <div className={`run-panel ${name === 'graph' ? 'is-graph' : ''}`}>
            <Tab view={view} selected={selected} select={select} goTo={settle} />
          </div>
        </div>
        {selected && <TaskSheet key={selected} view={view} taskId={selected} select={select} goTo={settle} />}
      </div>
    </article>
  );
}

function AllRuns() {
  return (
    <Link className="button" to="/runs">
      Show all runs
    </Link>
  );
}

function Loading() {
  return (
    <div className="page" aria-busy="true">
      <span className="skeleton" style={{ height: 24, width: 320 }} />
      <span className="skeleton" style={{ width: 480 }} />
      <span className="skeleton" style={{ height: 52 }} />
      <SkeletonRows rows={8} />
    </div>
  );
}
