import {
  type DefinitionCommand,
  type DefinitionEvent,
  type DefinitionState,
  UPCASTERS,
  definitionDecider,
} from '@orrery/domain';
import { type StreamType, streamType } from '../kernel/stream-type.js';

/** The streams of definitions' names, as the shell needs to know them: all go by the same rules. */
export function definitionStreams(): StreamType {
  const type: StreamType<DefinitionState, DefinitionCommand, DefinitionEvent> = {
    kind: 'definition',
    upcasters: UPCASTERS,
    deciderToBegin: (_namespace, command) => (command.type === 'RegisterDefinition' ? definitionDecider : undefined),
    deciderOf: () => definitionDecider,
    snapshotEvery: () => Infinity,
    snapshotSchema: () => '',
    deciderOfSnapshot: () => undefined,
    isOver: () => false,
    isDeleted: () => false,
  };
  return streamType(type);
}
