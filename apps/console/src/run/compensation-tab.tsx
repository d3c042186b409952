import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getDefinition } from '../api/definitions.js';
import type { Attempt } from '../api/types.js';
import { type Kept, type UndoStep, sayUndoing, undoingOf } from '../model/compensation.js';
import { plannedTasks } from '../model/definition-graph.js';
import { asSentence, capital, withAges } from '../model/sentences.js';
import { State } from '../parts/state-mark.js';
import '../parts/table.css';
import { Lasted, useNow } from '../parts/times.js';
import { useRowKeys } from '../runs/use-row-keys.js';
import './compensation-tab.css';
import type { TabProps } from './run-page.js';

const SHOWN_MAX = 500;

/** What was undone or would be, in which order, and what stays as it is: at the moment that is shown. */
export function CompensationTab({ view, selected, select }: TabProps) {
  const { shown, events, version, now, isPast, at } = view;
  const { name, version: of } = now.definition;
  const inside = useRowKeys<HTMLDivElement>();
  const definition = useQuery({
    queryKey: ['definition', name, of],
    queryFn: ({ signal }) => getDefinition(name, of!, signal),
    enabled: of !== null,
    staleTime: Infinity,
  });
  const past = useMemo(() => events.slice(0, version), [events, version]);
  const plan = useMemo(() => definition.data && plannedTasks(definition.data.document), [definition.data]);
  const { steps, kept } = useMemo(() => undoingOf(shown.tasks, past, plan), [shown.tasks, past, plan]);
  return (
    <div className="undoing-tab" ref={inside}>
      <p>{sayUndoing(shown.status, past, steps)}</p>
      {definition.data?.document['onFailure'] === 'fail' && (
        <p className="soft">Its definition says that a failure undoes nothing; to cancel it still does.</p>
      )}
      {steps.length > 0 && (
        <Steps
          steps={steps.slice(0, SHOWN_MAX)}
          hasGivenUp={shown.status === 'failed'}
          at={isPast ? at : undefined}
          selected={selected}
          select={select}
        />
      )}
      {steps.length > SHOWN_MAX && <p className="faint">And {(steps.length - SHOWN_MAX).toLocaleString('en')} more.</p>}
      <section>
        <h2>What stays as it is</h2>
        {kept.length === 0 ? (
          <p className="soft">Nothing that is completed: all of it has something that undoes it.</p>
        ) : (
          <Stays kept={kept} isInline={of === null} select={select} />
        )}
      </section>
    </div>
  );
}

interface StepsProps extends Pick<TabProps, 'selected' | 'select'> {
  readonly steps: readonly UndoStep[];
  /** Whether what is not undone now will not be by itself. */
  readonly hasGivenUp: boolean;
  /** When "now" is, where the past is shown. */
  readonly at: number | undefined;
}

function Steps({ steps, hasGivenUp, at, selected, select }: StepsProps) {
  return (
    <table className="rows cards undo-steps">
      <thead>
        <tr>
          <th className="c-place">Order</th>
          <th className="c-state">State</th>
          <th>Task</th>
          <th>Undone by</th>
          <th className="c-took">Took</th>
          <th>Note</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ task, by }, index) => (
          <tr key={task.id} className={task.id === selected ? 'chosen' : ''}>
            <td className="c-place soft">{index + 1}</td>
            <td className="c-state">
              <StepState by={by} hasGivenUp={hasGivenUp} />
            </td>
            <td>
              <button type="button" data-row onClick={() => select(task.id)}>
                <b>{task.key}</b>
              </button>
            </td>
            <td className="soft" title={by.type}>
              {by.type}
            </td>
            <td className="c-took soft spare">
              <Lasted from={by.startedAt} to={by.endedAt} at={at} />
            </td>
            <Say by={by} at={at} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function StepState({ by, hasGivenUp }: { readonly by: Attempt; readonly hasGivenUp: boolean }) {
  if (by.status === 'completed') return <State status="compensated" />;
  if (by.status !== 'pending') return <State status={by.status} />;
  return hasGivenUp ? <State status="pending" word="Not undone" /> : <State status="pending" />;
}

function Say({ by, at }: { readonly by: Attempt; readonly at: number | undefined }) {
  const now = useNow();
  const { error, waitingFor, attempt } = by;
  const again = attempt > 1 ? `attempt ${attempt}` : '';
  if (by.status === 'pending') return <td className="wide" />;
  const words = capital(error ? error.message : waitingFor ? `it ${withAges(waitingFor, at ?? now)}` : again);
  return (
    <td className={`wide ${by.status === 'failed' ? 'tone-failed' : 'soft'}`} title={words}>
      {words}
    </td>
  );
}

const WHY: { readonly [coverage in NonNullable<Kept['coverage']>]: string } = {
  undone: '',
  excused: '',
  open: 'Nothing undoes it, and its definition does not say why.',
  'no-effect': 'It changes nothing.',
};

interface StaysProps extends Pick<TabProps, 'select'> {
  readonly kept: readonly Kept[];
  readonly isInline: boolean;
}

function Stays({ kept, isInline, select }: StaysProps) {
  const unknown = isInline ? 'Nothing undoes it. Its definition came with the start, and is not registered.' : '';
  return (
    <table className="rows cards undo-kept">
      <thead>
        <tr>
          <th>Task</th>
          <th>Type</th>
          <th className="c-why">Why</th>
        </tr>
      </thead>
      <tbody>
        {kept.map(({ task, count, coverage, reason }) => (
          <tr key={`${task.id} ${reason}`}>
            <td>
              <button type="button" data-row onClick={() => select(task.id)}>
                <b>{task.key}</b>{' '}
                {count > 1 && <span className="soft">and {(count - 1).toLocaleString('en')} like it</span>}
              </button>
            </td>
            <td className="soft">{task.type}</td>
            <td className={`c-why wide ${coverage === 'open' ? 'tone-failed' : 'soft'}`}>
              {coverage ? WHY[coverage] || asSentence(reason) : unknown}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
