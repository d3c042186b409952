import { describe, expect, it } from '@jest/globals';
import type { Commit, Entry } from '@orrery/application';
import { PauseWorkflow, ResumeWorkflow } from '@orrery/domain';
import { commandId } from '../checks/check-intents.js';
import { RUN, SAGA, played, rowsOf } from '../checks/testing/histories.js';
import type { Intent } from '../world/sim-client.js';
import { latePauses } from './late-pauses.js';

/** A pause that was told under this key, and answered when its run was at a version. */
const pause = (key: string, version?: number): Intent => ({
  key,
  kind: 'PauseWorkflow',
  workflow: RUN,
  answers: version === undefined ? [] : [{ workflow: RUN, version }],
});

/** The log of a run that is paused, resumed and paused: the last by the command with this id. */
function pausedAgainBy(id: string): readonly Commit[] {
  const { history } = played(SAGA, new PauseWorkflow({}), new ResumeWorkflow({}), new PauseWorkflow({}));
  const rows = rowsOf(history) as readonly Commit[];
  const last = rows.at(-1)!;
  const [entry] = JSON.parse(last.metadata) as [Entry];
  return [...rows.slice(0, -1), { ...last, metadata: JSON.stringify([{ ...entry, id }]) }];
}

describe('A late pause', () => {
  it('was answered before it was recorded', () => {
    const late = pause('late', 3);
    expect(latePauses([pausedAgainBy(commandId(late))], [pause('another', 3), late])).toEqual([late]);
  });

  it('is none that was answered with what it changed, or not at all', () => {
    for (const other of [pause('in time', 5), pause('without an answer')]) {
      expect(latePauses([pausedAgainBy(commandId(other))], [other])).toEqual([]);
    }
  });

  it('is none that the engine decided, or that was followed by a resume', () => {
    const late = pause('late', 3);
    expect(latePauses([pausedAgainBy('a command of the engine')], [late])).toEqual([]);
    expect(latePauses([pausedAgainBy(commandId(late)).slice(0, -1)], [late])).toEqual([]);
  });
});
