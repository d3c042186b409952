import { isUtf8 } from 'node:buffer';
import { ANONYMOUS, type Orchestration, SubmitDeadLetter } from '@orrery/application';
import { LIMITS, type LetterMessage, type RecordDeadLetter } from '@orrery/domain';
import type { SetAside } from '@orrery/infrastructure';
import { readCloudEvent } from './cloud-event.js';
import { withDatabase } from './wait-for-database.js';

/** So much is kept of what is too large, in bytes. */
const BEGINNING_BYTES = 64 * 1_024;
/** A text that JSON writes in more than so many characters a byte is kept as bytes instead. */
const ESCAPES_MAX = 2;

/** Records what was set aside as dead letters. */
export class DeadLetterIntake {
  private readonly leaving = new AbortController();

  constructor(private readonly orchestration: Pick<Orchestration, 'commandHandlers' | 'ports'>) {}

  /** Waits no longer for a database that is away: those letters are somebody else's. */
  stop(): void {
    this.leaving.abort();
  }

  /** Resolves when it is recorded. While the database is away it waits. */
  async take(letter: SetAside): Promise<void> {
    const { submitDeadLetter } = this.orchestration.commandHandlers;
    const submit = new SubmitDeadLetter(ANONYMOUS, this.recordOf(letter), letter.redriven);
    await withDatabase(this.leaving.signal, () => submitDeadLetter.execute(submit));
  }

  private recordOf(letter: SetAside): RecordDeadLetter['data'] {
    const { queue, reason, detail, aside, body } = letter;
    const isWhole = body.length <= LIMITS.deadLetterBytes;
    const kept = isWhole ? body : beginningOf(body);
    const type = this.typeOf(letter);
    const message = { ...letter.message, ...(type === undefined ? {} : { type }), ...writtenBody(kept) };
    return {
      ...{ queue, reason, detail, aside, message },
      bytes: body.length,
      ...(isWhole ? {} : { truncated: true }),
    };
  }

  /** What it says that it is; of what is no CloudEvent, as its properties say. */
  private typeOf({ queue, body, message }: SetAside): string | undefined {
    if (queue !== 'commands') return message.type;
    const { contentType, contentEncoding, headers } = message;
    const unread = { messageId: undefined, correlationId: undefined, replyTo: undefined };
    try {
      const delivery = { body, contentType, contentEncoding, headers, ...unread };
      return readCloudEvent(delivery, this.orchestration.ports.documents).attributes.type;
    } catch {
      return message.type;
    }
  }
}

/** The beginning of a body, up to the end of a character where it is text. */
function beginningOf(body: Buffer): Buffer {
  for (let end = BEGINNING_BYTES; end > BEGINNING_BYTES - 4; end -= 1) {
    if (isUtf8(body.subarray(0, end))) return body.subarray(0, end);
  }
  return body.subarray(0, BEGINNING_BYTES);
}

function writtenBody(body: Buffer): Pick<LetterMessage, 'body' | 'encoding'> {
  const text = isUtf8(body) ? body.toString() : undefined;
  if (text !== undefined && JSON.stringify(text).length <= ESCAPES_MAX * body.length + 2) {
    return { body: text, encoding: 'text' };
  }
  return { body: body.toString('base64'), encoding: 'base64' };
}
