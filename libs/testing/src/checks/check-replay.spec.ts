import { describe, expect, it } from '@jest/globals';
import { CancelWorkflow, type JsonObject, PauseWorkflow, ResumeWorkflow, SignalWorkflow } from '@orrery/domain';
import type { Remembered } from '../world/records.js';
import { checkReplay } from './check-replay.js';
import { type Played, A, B, SAGA, altered, broken, complete, fail, fire, played } from './testing/histories.js';

const saga = played(SAGA, complete(A), fail(B), fire(), complete(B, 2), new PauseWorkflow({}), new ResumeWorkflow({}));
const brokenIn = ({ history, decider }: Played, remembered: readonly Remembered[] = []) =>
  broken((violations) => checkReplay(history, { decider, remembered }, violations));

describe('the check of a replay', () => {
  it('finds nothing where the same is decided again', () => {
    const document: JsonObject = {
      orrery: 'v1',
      name: 'mixed',
      tasks: {
        a: { type: 'wait', input: { signal: 'go', timeout: '1m' } },
        b: { type: 'sleep', input: { duration: '15s' } },
        c: { type: 'work', forEach: [1, 2], dependsOn: ['a', 'b'] },
      },
    };
    const said = [new SignalWorkflow({ name: 'go', payload: 1 }), fire(), new CancelWorkflow({})];
    expect([saga, played(document, ...said)].map((run) => brokenIn(run))).toEqual([[], []]);
  });

  it('finds a decision that comes out otherwise', () => {
    const silent = altered(saga.history, (event) =>
      event.type === 'TaskQueued' && event.task === B && event.attempt === 1 ? undefined : event,
    );
    expect(brokenIn({ ...saga, history: silent })).toContain('I11');
  });

  it('finds what is remembered otherwise than its events say', () => {
    const { history, decider } = saga;
    const state = JSON.stringify(checkReplay(history, { decider, remembered: [] }, []));
    const version = history.events.length;
    expect(brokenIn(saga, [{ by: 'an engine', version, state }])).toEqual([]);
    expect(brokenIn(saga, [{ by: 'an engine', version: version - 1, state }])).toEqual(['I11']);
  });
});
