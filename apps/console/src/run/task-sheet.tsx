import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { Attempt, Failure, Task } from '../api/types.js';
import { sayEvent } from '../model/event-words.js';
import { withAges } from '../model/sentences.js';
import { CopyButton } from '../parts/copy.js';
import { JsonSection } from '../parts/json-section.js';
import { State } from '../parts/state-mark.js';
import { Lasted, Time, useNow } from '../parts/times.js';
import { useKeys } from '../parts/use-keys.js';
import './data-tab.css';
import type { RunView } from './run-view.js';
import './task-sheet.css';

export interface TaskSheetProps {
  readonly view: RunView;
  readonly taskId: string;
  readonly select: (taskId: string | null) => void;
  readonly goTo: (version: number) => void;
}

const STEPS_MAX = 60;

/** One task, beside the rest: how it stands, what it gave, what undoes it, and what happened to it. */
export function TaskSheet({ view, taskId, select, goTo }: TaskSheetProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useKeys({ Escape: () => select(null) });
  const task = view.shown.tasks.find(({ id }) => id === taskId);
  const at = view.isPast ? view.at : undefined;
  return (
    <aside className="sheet" aria-label="Task">
      <header>
        <h2 ref={heading} tabIndex={-1} className="cut">
          {task?.key ?? 'Not there yet'}
        </h2>
        <button type="button" className="icon-button" aria-label="Close the task" onClick={() => select(null)}>
          <X size={16} />
        </button>
      </header>
      {task ? (
        <TaskFacts task={task} at={at} />
      ) : (
        <p className="soft">At this moment the run did not have this task.</p>
      )}
      {task && <Steps view={view} task={task} goTo={goTo} />}
    </aside>
  );
}

function TaskFacts({ task, at }: { readonly task: Task; readonly at: number | undefined }) {
  return (
    <>
      <Facts attempt={task} at={at} />
      {task.error && <ErrorBox error={task.error} />}
      <JsonSection
        title="Output"
        value={task.output}
        isOmitted={task.outputOmitted}
        absent="It has given nothing at this moment."
      />
      {task.compensation ? (
        <section>
          <header>
            <h3>What undoes it</h3>
          </header>
          {task.compensation.status === 'pending' ? (
            <p className="soft">{task.compensation.type}, if the run has to be undone.</p>
          ) : (
            <Facts attempt={task.compensation} at={at} />
          )}
          {task.compensation.error && <ErrorBox error={task.compensation.error} />}
        </section>
      ) : (
        <p className="faint">Nothing undoes it.</p>
      )}
    </>
  );
}

function Facts({ attempt, at }: { readonly attempt: Attempt; readonly at: number | undefined }) {
  const { status, type, waitingFor, queuedAt, startedAt, endedAt, worker, childId, nextAttemptAt } = attempt;
  const now = useNow();
  return (
    <dl className="facts-list">
      <dt>State</dt>
      <dd>
        <State status={status} />
      </dd>
      <dt>Type</dt>
      <dd className="cut">{type}</dd>
      {waitingFor && <Fact name="Why">It {withAges(waitingFor, at ?? now)}</Fact>}
      {attempt.attempt > 0 && (
        <Fact name="Attempt">
          {attempt.attempt} of {attempt.maxAttempts}
        </Fact>
      )}
      {queuedAt && <Queued at={queuedAt} until={startedAt} />}
      {startedAt && status !== 'pending' && (
        <Fact name="Ran">
          <Lasted from={startedAt} to={endedAt} at={at} />
          {worker && <span className="soft"> on {worker}</span>}
        </Fact>
      )}
      {nextAttemptAt && (
        <Fact name="Goes on">
          <Time at={nextAttemptAt} />
        </Fact>
      )}
      {childId && (
        <Fact name="Is a run">
          <Link className="link mono" to={`/runs/${childId}`}>
            {childId.slice(0, 13)}…
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Queued({ at, until }: { readonly at: string; readonly until: string | null }) {
  return (
    <Fact name="Queued">
      <Time at={at} />
      {until && (
        <span className="soft">
          {' '}
          for <Lasted from={at} to={until} />
        </span>
      )}
    </Fact>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function ErrorBox({ error }: { readonly error: Failure }) {
  return (
    <div className="error">
      <span>{error.message}</span>
      <span className="mono faint">{error.code}</span>
      <CopyButton text={JSON.stringify(error, null, 2)} label="Copy the error" />
    </div>
  );
}

interface StepsProps {
  readonly view: RunView;
  readonly task: Task;
  readonly goTo: (version: number) => void;
}

function Steps({ view, task, goTo }: StepsProps) {
  const ids = [task.id, task.compensation?.id];
  const steps = view.events
    .filter(({ version, data }) => version <= view.version && ids.includes(data['taskId'] as string))
    .slice(-STEPS_MAX);
  return (
    <section>
      <header>
        <h3>What happened to it</h3>
      </header>
      <ol className="steps">
        {steps.map((event) => (
          <li key={event.version}>
            <span className="mono faint">{event.version}</span>
            <button type="button" onClick={() => goTo(event.version)} title="Show the run as it was then">
              {sayEvent(event)}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
