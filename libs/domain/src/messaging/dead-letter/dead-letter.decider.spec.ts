import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deciderLaws, given } from '../../kernel/testing/index.js';
import { DropDeadLetter, RecordDeadLetter, RedriveDeadLetter } from './dead-letter.commands.js';
import { deadLetterDecider } from './dead-letter.decider.js';
import type { DeadLetterEvent, DeadLetterRecorded } from './dead-letter.events.js';

const MESSAGE = { body: '{', encoding: 'text', headers: {} } as const;
const data = (aside: string, more: Partial<RecordDeadLetter['data']> = {}): RecordDeadLetter['data'] => ({
  queue: 'commands',
  reason: 'request.unreadable',
  detail: 'the body ends too early',
  message: MESSAGE,
  bytes: 1,
  aside,
  ...more,
});
const record = (aside: string, more: Partial<RecordDeadLetter['data']> = {}) => new RecordDeadLetter(data(aside, more));
const recorded = (aside: string, more: Partial<RecordDeadLetter['data']> = {}): DeadLetterRecorded => ({
  type: 'DeadLetterRecorded',
  v: 1,
  ...data(aside, more),
});
const returned = (aside: string, reason: string): DeadLetterEvent => ({
  type: 'DeadLetterReturned',
  v: 1,
  reason,
  detail: 'no',
  aside,
});
const redriven: DeadLetterEvent = { type: 'DeadLetterRedriven', v: 1 };
const dropped: DeadLetterEvent = { type: 'DeadLetterDropped', v: 1 };
const redrive = new RedriveDeadLetter({});
const drop = new DropDeadLetter({});

describe('a message that was set aside', () => {
  test('is recorded whole, and waits', () => {
    const { state } = given(deadLetterDecider)
      .when(record('one'))
      .then([recorded('one')]);
    expect(state).toMatchObject({ status: 'waiting', queue: 'commands', truncated: false });
  });

  test('is recorded once, however often it comes', () => {
    given(deadLetterDecider, [recorded('one')])
      .when(record('one'))
      .thenNothing()
      .when(record('another time'))
      .thenNothing();
  });

  test('is sent again once', () => {
    const { state } = given(deadLetterDecider, [recorded('one')])
      .when(redrive)
      .then([redriven])
      .when(redrive)
      .thenNothing();
    expect(state.status).toBe('redriven');
  });

  test('may come back, for another reason, and be sent again', () => {
    const refused = { reason: 'workflow.not-found', detail: 'no' };
    given(deadLetterDecider, [recorded('one'), redriven])
      .when(record('two', refused))
      .then([returned('two', 'workflow.not-found')])
      .when(record('two', refused))
      .thenNothing()
      .when(redrive)
      .then([redriven]);
  });

  test('has not come back where what was set aside before comes again', () => {
    given(deadLetterDecider, [recorded('one'), redriven, returned('two', 'again'), redriven])
      .when(record('one'))
      .thenNothing()
      .when(record('two'))
      .thenNothing();
  });

  test('is given up once, and is then not sent again, and does not come back', () => {
    given(deadLetterDecider, [recorded('one')])
      .when(drop)
      .then([dropped])
      .when(drop)
      .thenNothing()
      .when(redrive)
      .thenRefused('dead-letter.dropped')
      .when(record('two'))
      .thenNothing();
  });

  test('may be given up while it is on its way again', () => {
    given(deadLetterDecider, [recorded('one'), redriven])
      .when(drop)
      .then([dropped]);
  });

  test('is not sent again where only its beginning was kept', () => {
    given(deadLetterDecider, [recorded('one', { truncated: true })])
      .when(redrive)
      .thenRefused('dead-letter.truncated')
      .when(drop)
      .then([dropped]);
  });

  test('is not sent again as a command where it was to be a task', () => {
    given(deadLetterDecider, [recorded('one', { queue: 'tasks' })])
      .when(redrive)
      .thenRefused('dead-letter.not-a-command')
      .when(drop)
      .then([dropped]);
  });

  test('is nothing before it was', () => {
    given(deadLetterDecider).when(redrive).thenRefused('dead-letter.not-found');
    given(deadLetterDecider).when(drop).thenRefused('dead-letter.not-found');
  });
});

deciderLaws('a dead letter', deadLetterDecider, {
  wishes: fc.oneof(
    fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map((aside) => record(aside)),
    fc.constantFrom(redrive, drop),
  ),
});
