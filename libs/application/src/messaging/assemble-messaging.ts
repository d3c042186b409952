import type { Log } from '../kernel/ports/log.js';
import { SendToDeadLetterHandler, TryOnDeadLetterHandler } from './commands/send-to-dead-letter.js';
import { SubmitDeadLetterHandler } from './commands/submit-dead-letter.js';
import { deadLetterStreams } from './dead-letter-streams.js';
import type { MessagingKernel } from './messaging-kernel.js';
import type { DeadLetterList } from './ports/dead-letter-list.js';
import { GetDeadLetterHandler } from './queries/get-dead-letter.js';
import { ListDeadLettersHandler } from './queries/list-dead-letters.js';

/** What the context needs from outside, besides the shell. */
export interface MessagingPorts {
  readonly log: Log;
  readonly list: DeadLetterList;
  /** How many partitions the installation was made with. */
  readonly partitions: number;
}

/** The table of contents of the context: its streams, commands and queries, wired. */
export function assembleMessaging(shell: Omit<MessagingKernel, 'letters'>, { log, list, partitions }: MessagingPorts) {
  const { handle, aggregates, authorize, clock, entropy } = shell;
  const kernel: MessagingKernel = { handle, aggregates, authorize, clock, entropy, letters: deadLetterStreams() };
  return {
    commandHandlers: {
      submitDeadLetter: new SubmitDeadLetterHandler(kernel),
      sendToDeadLetter: new SendToDeadLetterHandler(kernel),
      tryOnDeadLetter: new TryOnDeadLetterHandler(kernel),
    },
    queryHandlers: {
      getDeadLetter: new GetDeadLetterHandler(log, authorize),
      listDeadLetters: new ListDeadLettersHandler(list, clock, authorize, partitions),
    },
  };
}
