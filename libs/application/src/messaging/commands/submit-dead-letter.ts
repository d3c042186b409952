import { NotFound, RecordDeadLetter, type StreamId, parseStreamId } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import type { Answer } from '../../kernel/envelope.js';
import { Command, type Handler } from '../../kernel/messages.js';
import { derivedId } from '../../kernel/new-ids.js';
import type { MessagingKernel } from '../messaging-kernel.js';

/** Records a message that was set aside. The same one again changes nothing. */
export class SubmitDeadLetter extends Command<Answer> {
  constructor(
    readonly context: Context,
    readonly letter: RecordDeadLetter['data'],
    /** The dead letter whose message it is, by its own word. */
    readonly redriven?: string,
  ) {
    super();
  }
}

export class SubmitDeadLetterHandler implements Handler<SubmitDeadLetter> {
  readonly handles = SubmitDeadLetter;

  constructor(private readonly kernel: MessagingKernel) {}

  async execute(submit: SubmitDeadLetter): Promise<Answer> {
    const { handle, letters: type } = this.kernel;
    const { context, letter } = submit;
    const { namespace } = context;
    const stream = (await this.letterSentAgain(submit)) ?? derivedId('dead-letter', namespace, letter.aside);
    return handle.handle({ namespace, stream, type, command: new RecordDeadLetter(letter) });
  }

  /** Anybody may write anything into a message: it is believed where there is such a letter. */
  private async letterSentAgain({ context, redriven = '' }: SubmitDeadLetter): Promise<StreamId | undefined> {
    const stream = parseStreamId(redriven);
    if (!stream) return undefined;
    const { aggregates, letters } = this.kernel;
    return aggregates.read({ namespace: context.namespace, stream }, letters).then(
      () => stream,
      (error: unknown) => {
        if (error instanceof NotFound) return undefined;
        throw error;
      },
    );
  }
}
