import { describe, expect, it } from '@jest/globals';
import {
  CancelWorkflow,
  type JsonObject,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
  type WorkflowEvent,
} from '@orrery/domain';
import { checkModel } from './check-model.js';
import { checkReplay } from './check-replay.js';
import {
  A,
  B,
  C,
  type Played,
  SAGA,
  UNDO_A,
  UNDO_B,
  altered,
  broken,
  complete,
  fail,
  fire,
  played,
} from './testing/histories.js';

const go = (payload: number) => new SignalWorkflow({ name: 'go', payload });

function brokenIn({ document, decider, history }: Played): readonly string[] {
  const state = checkReplay(history, { decider, remembered: [] }, []);
  return broken((violations) => checkModel(history, { document, state }, violations));
}

const LIST: JsonObject = {
  orrery: 'v1',
  name: 'list',
  tasks: {
    first: { type: 'wait', input: { signal: 'go' } },
    each: { type: 'work', forEach: [1, 2, 3], concurrency: 2, dependsOn: ['first'], retry: { maxAttempts: 1 } },
    never: { type: 'work', when: false },
    last: { type: 'noop', input: '${tasks.first.output}', dependsOn: ['each', 'never'] },
  },
  output: '${tasks.last.output}',
};
/** Of the items of the list, by ordinal. */
const [ONE, TWO, THREE] = [4, 5, 6] as const;

const undone = [complete(A), complete(B), fail(C), complete(UNDO_B)];
const failing = [go(1), fail(ONE), complete(TWO)];
const again = played(LIST, ...failing, new RetryWorkflow({}), complete(ONE, 2), complete(THREE));
const runs: readonly (readonly [what: string, run: Played])[] = [
  ['completes', played(SAGA, complete(A), fail(B), fire(), complete(B, 2), complete(C))],
  ['is undone', played(SAGA, ...undone, complete(UNDO_A))],
  ['is undone when it is retried', stuck(new RetryWorkflow({}), complete(UNDO_A, 4))],
  ['is not undone', stuck()],
  ['is cancelled before anything is done', played(SAGA, new CancelWorkflow({}), complete(A), complete(UNDO_A))],
  ['is paused', played(SAGA, new PauseWorkflow({}), complete(A), new ResumeWorkflow({}), complete(B), complete(C))],
  ['gets its signals early', played(LIST, go(1), go(2), complete(ONE), complete(TWO), complete(THREE))],
  ['fails in an item, and is retried', again],
];

function stuck(...more: Parameters<typeof played>[1][]): Played {
  const tries = [fail(UNDO_A), fire(), fail(UNDO_A, 2), fire(), fail(UNDO_A, 3)];
  return played(SAGA, ...undone, ...tries, ...more);
}

describe('the model', () => {
  it.each(runs)('agrees with a run that %s', (_, run) => {
    expect(brokenIn(run)).toEqual([]);
  });

  const [, completes] = runs[0]!;
  const lies: readonly (readonly [what: string, lie: (event: WorkflowEvent) => WorkflowEvent | undefined])[] = [
    ['a task that never begins', (event) => (event.type === 'TaskQueued' && event.task === C ? undefined : event)],
    [
      'a task that begins unasked',
      (event) => (event.type === 'TaskQueued' && event.task === B ? { ...event, task: C } : event),
    ],
    [
      'an attempt that is not tried again',
      (event) => (event.type === 'TaskFailed' ? { ...event, retryAt: undefined } : event),
    ],
    ['another end', (event) => (event.type === 'WorkflowCompleted' ? { type: 'WorkflowCancelled', v: 1 } : event)],
    ['another output', (event) => (event.type === 'WorkflowCompleted' ? { ...event, output: 1 } : event)],
    ['no end', (event) => (event.type === 'WorkflowCompleted' ? undefined : event)],
  ];

  it.each(lies)('objects to %s', (_, lie) => {
    const history = altered(completes.history, lie);
    const state = checkReplay(completes.history, { decider: completes.decider, remembered: [] }, []);
    const { document } = completes;
    expect(broken((violations) => checkModel(history, { document, state }, violations))).toEqual(['model']);
  });

  it('objects to a state that says otherwise', () => {
    const { document, decider, history } = completes;
    const state = checkReplay(history, { decider, remembered: [] }, []);
    state.tasks[C]!.status = 'failed';
    expect(broken((violations) => checkModel(history, { document, state }, violations))).toEqual(['model']);
  });
});
