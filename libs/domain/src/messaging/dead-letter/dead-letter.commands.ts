import { command } from '../../kernel/command.js';
import type { DeadLetterRecorded } from './dead-letter.events.js';

/** A message was set aside; a letter that was sent again comes back by the same command. */
export class RecordDeadLetter extends command('RecordDeadLetter')<Omit<DeadLetterRecorded, 'type' | 'v'>> {}

/** Sends it again, as it was. */
export class RedriveDeadLetter extends command('RedriveDeadLetter')<Record<string, never>> {}

/** Gives it up. */
export class DropDeadLetter extends command('DropDeadLetter')<Record<string, never>> {}

export type DeadLetterCommand = RecordDeadLetter | RedriveDeadLetter | DropDeadLetter;
