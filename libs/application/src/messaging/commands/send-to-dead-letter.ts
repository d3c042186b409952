import type { DropDeadLetter, RedriveDeadLetter, StreamId } from '@orrery/domain';
import { type Context, clientOf } from '../../kernel/context.js';
import type { Answer } from '../../kernel/envelope.js';
import { Command, type Handler } from '../../kernel/messages.js';
import { type Trial, tryCommand } from '../../kernel/try-command.js';
import type { MessagingKernel } from '../messaging-kernel.js';

/** What a client may do with a dead letter. */
export type LetterCommand = RedriveDeadLetter | DropDeadLetter;

/** Sends a dead letter's message again, or gives it up. */
export class SendToDeadLetter extends Command<Answer> {
  constructor(
    readonly context: Context,
    readonly letter: StreamId,
    readonly command: LetterCommand,
  ) {
    super();
  }
}

export class SendToDeadLetterHandler implements Handler<SendToDeadLetter> {
  readonly handles = SendToDeadLetter;

  constructor(private readonly kernel: MessagingKernel) {}

  execute(sending: SendToDeadLetter): Promise<Answer> {
    return this.kernel.handle.handle(envelopeOf(this.kernel, sending));
  }
}

/** Asks which events that would bring, and does nothing. */
export class TryOnDeadLetter extends Command<Trial> {
  constructor(
    readonly context: Context,
    readonly letter: StreamId,
    readonly command: LetterCommand,
  ) {
    super();
  }
}

export class TryOnDeadLetterHandler implements Handler<TryOnDeadLetter> {
  readonly handles = TryOnDeadLetter;

  constructor(private readonly kernel: MessagingKernel) {}

  execute(trying: TryOnDeadLetter): Promise<Trial> {
    return tryCommand(this.kernel, envelopeOf(this.kernel, trying));
  }
}

function envelopeOf(
  { letters, clock, entropy }: MessagingKernel,
  { context, letter, command }: Pick<SendToDeadLetter, 'context' | 'letter' | 'command'>,
) {
  const { namespace, ifMatch } = context;
  const client = clientOf(context, { operation: command.type, body: {}, subject: letter }, clock, entropy);
  return { namespace, stream: letter, type: letters, command, client, ifMatch };
}
