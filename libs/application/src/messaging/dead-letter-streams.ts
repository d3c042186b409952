import {
  type DeadLetterCommand,
  type DeadLetterEvent,
  type DeadLetterState,
  NotFound,
  UPCASTERS,
  deadLetterDecider,
} from '@orrery/domain';
import { type StreamType, streamType } from '../kernel/stream-type.js';

/** The streams of dead letters, as the shell needs to know them. */
export function deadLetterStreams(): StreamType {
  const type: StreamType<DeadLetterState, DeadLetterCommand, DeadLetterEvent> = {
    kind: 'dead-letter',
    upcasters: UPCASTERS,
    deciderToBegin: (_namespace, command) => (command.type === 'RecordDeadLetter' ? deadLetterDecider : undefined),
    deciderOf: (_namespace, first) => {
      // Whoever asks for another kind of stream as a dead letter learns nothing.
      if (first.type !== 'DeadLetterRecorded') throw noSuchLetter();
      return deadLetterDecider;
    },
    snapshotEvery: () => Infinity,
    snapshotSchema: () => '',
    deciderOfSnapshot: () => undefined,
    // Between its few commands a letter has nothing to do in memory.
    isOver: () => true,
    isDeleted: () => false,
  };
  return streamType(type);
}

export function noSuchLetter(): NotFound {
  return new NotFound('dead-letter.not-found', 'there is no such dead letter');
}
