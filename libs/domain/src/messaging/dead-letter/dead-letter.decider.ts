import type { Decider } from '../../kernel/decider.js';
import { NotFound, Refused } from '../../kernel/errors.js';
import { type Transitions, become } from '../../kernel/transitions.js';
import type { DeadLetterCommand, RecordDeadLetter } from './dead-letter.commands.js';
import type { DeadLetterEvent, DeadLetterQueue } from './dead-letter.events.js';

/** Where a dead letter stands. */
export type DeadLetterStatus = 'waiting' | 'redriven' | 'dropped';

/** One that was sent again may come back. */
export const DEAD_LETTER_TRANSITIONS: Transitions<DeadLetterStatus> = {
  waiting: ['redriven', 'dropped'],
  redriven: ['waiting', 'dropped'],
  dropped: [],
};

/** A dead letter, folded from its events; its message stays in the log. */
export type DeadLetterState = { readonly status: null } | KnownLetter;

interface KnownLetter {
  readonly status: DeadLetterStatus;
  readonly queue: DeadLetterQueue;
  readonly truncated: boolean;
  /** Each time that it was set aside, by which it is known when it comes twice. */
  readonly asides: readonly string[];
}

/** The rules of a message that was set aside: it waits until somebody sends it again, or gives it up. */
export const deadLetterDecider: Decider<DeadLetterState, DeadLetterCommand, DeadLetterEvent> = {
  kind: 'dead-letter',
  stateVersion: 1,
  initial: () => ({ status: null }),
  decide: {
    RecordDeadLetter: ({ data }, letter) => {
      if (letter.status === null) return [{ type: 'DeadLetterRecorded', v: 1, ...data }];
      return isReturn(data, letter) ? [returned(data)] : [];
    },
    RedriveDeadLetter: (_, state) => {
      const letter = known(state);
      if (letter.status === 'redriven') return [];
      mustBeSendable(letter);
      return [{ type: 'DeadLetterRedriven', v: 1 }];
    },
    DropDeadLetter: (_, state) => (known(state).status === 'dropped' ? [] : [{ type: 'DeadLetterDropped', v: 1 }]),
  },
  evolve: {
    DeadLetterRecorded: (_, { queue, truncated = false, aside }) => ({
      status: 'waiting',
      queue,
      truncated,
      asides: [aside],
    }),
    DeadLetterReturned: (letter, { aside }) => {
      const moved = moveTo(letter, 'waiting');
      return { ...moved, asides: [...moved.asides, aside] };
    },
    DeadLetterRedriven: (letter) => moveTo(letter, 'redriven'),
    DeadLetterDropped: (letter) => moveTo(letter, 'dropped'),
  },
  follow: {},
};

/** What was set aside before is no news; what was given up may come back unheard. */
function isReturn({ aside }: RecordDeadLetter['data'], { status, asides }: KnownLetter): boolean {
  return status === 'redriven' && !asides.includes(aside);
}

function returned({ reason, detail, aside }: RecordDeadLetter['data']): DeadLetterEvent {
  return { type: 'DeadLetterReturned', v: 1, reason, detail, aside };
}

function known(letter: DeadLetterState): KnownLetter {
  if (letter.status === null) throw new NotFound('dead-letter.not-found', 'there is no such dead letter');
  return letter;
}

function mustBeSendable({ status, queue, truncated }: KnownLetter): void {
  if (status === 'dropped') throw new Refused('dead-letter.dropped', 'it was given up: it is not sent again');
  if (queue !== 'commands')
    throw new Refused('dead-letter.not-a-command', 'it is no command of a service: it can only be dropped');
  if (truncated)
    throw new Refused('dead-letter.truncated', 'it was too large to be kept whole: it can only be dropped');
}

function moveTo(letter: DeadLetterState, status: DeadLetterStatus): KnownLetter {
  const from = known(letter);
  return { ...from, status: become(DEAD_LETTER_TRANSITIONS, from.status, status) };
}
