import { describe, expect, it } from '@jest/globals';
import { derivedId } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import type { Intent } from '../world/sim-client.js';
import { checkIntent, commandsIn } from './check-intents.js';
import { RUN, SAGA, broken, played, rowsOf } from './testing/histories.js';

const { history } = played(SAGA);
const histories = new Map([[history.stream, history]]);
const idOf = (key: string, ...subject: string[]) => derivedId('command', DEFAULT_NAMESPACE, ...subject, key);
const start: Intent = { key: 'a start', kind: 'start', answers: [{ workflow: RUN, version: 1 }] };
const signal: Intent = { key: 'a signal', kind: 'SignalWorkflow', workflow: RUN, answers: start.answers };
const commands = new Map([
  [idOf('a start'), 1],
  [idOf('a signal', RUN), 1],
]);
const brokenIn = (intent: Intent, recorded: ReadonlyMap<string, number> = commands) =>
  broken((violations) => checkIntent(intent, { histories, commands: recorded }, violations));

describe('the check of intents', () => {
  it('finds nothing where what was answered is recorded, and what was not may be', () => {
    expect([start, signal, { ...start, answers: [] }].map((intent) => brokenIn(intent))).toEqual([[], [], []]);
    expect(brokenIn({ ...signal, kind: 'PauseWorkflow', key: 'changed nothing' })).toEqual([]);
  });

  it('finds what was answered and is not recorded', () => {
    expect(brokenIn(signal, new Map())).toEqual(['I1']);
    expect(brokenIn({ ...start, answers: [{ workflow: RUN, version: 99 }] })).toEqual(['I1']);
    const elsewhere = derivedId('another run') as StreamId;
    expect(brokenIn({ ...start, answers: [{ workflow: elsewhere, version: 1 }] })).toEqual(['I1']);
  });

  it('finds what is recorded twice', () => {
    expect(brokenIn({ ...signal, answers: [] }, new Map([[idOf('a signal', RUN), 2]]))).toEqual(['I2']);
  });

  it('finds two answers that differ', () => {
    expect(brokenIn({ ...start, answers: [...start.answers, { workflow: RUN, version: 2 }] })).toEqual(['I2']);
  });

  it('counts whose commands are recorded', () => {
    const [row] = rowsOf(history);
    const entries = [
      { n: 1, at: 0, id: 'x' },
      { n: 1, at: 0 },
      { n: 1, at: 0, id: 'x' },
    ];
    const cursor = { transactionId: 1n, position: 1n };
    const commit = { ...row!, metadata: JSON.stringify(entries), cursor, recordedAt: 0 };
    expect(commandsIn([commit])).toEqual(new Map([['x', 2]]));
  });
});
