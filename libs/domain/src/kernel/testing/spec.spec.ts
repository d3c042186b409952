import { describe, expect, test } from '@jest/globals';
import { command } from '../command.js';
import type { Decider } from '../decider.js';
import { Refused } from '../errors.js';
import { SOME_MOMENT, given } from './spec.js';

class OpenDoor extends command('OpenDoor')<object> {}
class BreakDoor extends command('BreakDoor')<object> {}
interface DoorOpened {
  readonly type: 'DoorOpened';
  readonly v: 1;
  readonly at: number;
}
interface BellRung {
  readonly type: 'BellRung';
  readonly v: 1;
}

/** A door that rings when it opens, does not open twice, and does not break. */
const door: Decider<{ open: boolean; rings: number }, OpenDoor | BreakDoor, DoorOpened | BellRung> = {
  kind: 'door',
  stateVersion: 1,
  initial: () => ({ open: false, rings: 0 }),
  decide: {
    OpenDoor: (_, { open }, { now }) => {
      if (open) throw new Refused('door.open', 'it is open');
      return [{ type: 'DoorOpened', v: 1, at: now }];
    },
    BreakDoor: (_, { open }) => {
      if (open) return [];
      throw new TypeError('a bug');
    },
  },
  evolve: {
    DoorOpened: (state) => ({ ...state, open: true }),
    BellRung: (state) => ({ ...state, rings: state.rings + 1 }),
  },
  follow: { DoorOpened: () => [{ type: 'BellRung', v: 1 }] },
};
const opened: DoorOpened = { type: 'DoorOpened', v: 1, at: 7 };
const rung: BellRung = { type: 'BellRung', v: 1 };

describe('given, when, then', () => {
  test('tells a story of several steps', () => {
    const { state, events } = given(door)
      .when(new OpenDoor({}), { now: 7 })
      .then([opened, rung])
      .when(new BreakDoor({}))
      .thenNothing()
      .when(new OpenDoor({}))
      .thenRefused('door.open');
    expect(events).toEqual([opened, rung]);
    expect(state).toEqual({ open: true, rings: 1 });
  });

  test('can look at the types of the events alone', () => {
    given(door).when(new OpenDoor({})).thenTypes('DoorOpened', 'BellRung');
  });

  test('decides at some moment when none is given', () => {
    const { events } = given(door).when(new OpenDoor({})).thenTypes('DoorOpened', 'BellRung');
    expect(events[0]).toEqual({ ...opened, at: SOME_MOMENT.now });
    expect(SOME_MOMENT.random()).toBe(0.5);
  });

  test('fails when something else happened', () => {
    const whenOpened = given(door).when(new OpenDoor({}));
    expect(() => whenOpened.then([opened])).toThrow('DoorOpened');
    expect(() => whenOpened.thenNothing()).toThrow('DoorOpened');
    expect(() => whenOpened.thenTypes('DoorOpened')).toThrow('BellRung');
    expect(() => whenOpened.thenRefused('door.open')).toThrow('decided');
  });

  test('fails when it was refused, or refused for another reason', () => {
    const whenOpened = given(door, [opened]).when(new OpenDoor({}));
    expect(() => whenOpened.then([opened])).toThrow('it is open');
    expect(() => whenOpened.thenRefused('door.broken')).toThrow('door.open');
  });

  test('does not take a bug for a refusal', () => {
    const whenBroken = given(door).when(new BreakDoor({}));
    expect(() => whenBroken.thenRefused('door.open')).toThrow('a bug');
    expect(() => whenBroken.thenNothing()).toThrow('a bug');
  });
});
