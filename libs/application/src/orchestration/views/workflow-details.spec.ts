import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE, LIMITS, type Plan, type WorkflowStatus, compileDefinition } from '@orrery/domain';
import { newPage, turnPage } from './run-page.js';
import { detailsOf } from './workflow-details.js';

describe('the warning of a run', () => {
  const compiled = compileDefinition({ orrery: 'v1', name: 'long', tasks: { a: { type: 'work' } } });
  const { plan } = compiled as { plan: Plan };
  const definition = { name: 'long', version: 1, hash: 'abc' };
  const started = { type: 'WorkflowStarted', v: 1, id: 'run', definition, input: null, startedAt: 0 } as const;
  const page = newPage({ namespace: DEFAULT_NAMESPACE, partition: 0 }, plan, started);
  turnPage(page, { version: 1, at: 0, event: started });

  const warningAfter = (historyEvents: number, status: WorkflowStatus): string | null => {
    const state = { ...page.state, status, historyEvents };
    return detailsOf({ ...page, state }, { tasksFrom: 0, payloads: true }).warning;
  };

  it('is there from the hundred thousandth event on, while there is time to end it', () => {
    expect(warningAfter(LIMITS.historyEventsWarned - 1, 'running')).toBeNull();
    expect(warningAfter(LIMITS.historyEventsWarned, 'running')).toMatch(/^the run has recorded 100000 events; /);
    expect(warningAfter(LIMITS.historyEventsWarned, 'paused')).not.toBeNull();
    expect(warningAfter(LIMITS.historyEventsWarned, 'completed')).toBeNull();
  });
});
