import { type DefinitionCommand, type DefinitionEvent, type DefinitionState, definitionDecider } from '@orrery/domain';
import type { Commit } from '../kernel/ports/log.js';
import { type StreamType, streamType } from '../kernel/stream-type.js';

/** A stream of a definition holds nothing but its registrations: the text tells without being parsed. */
export function isOfDefinition({ events }: Pick<Commit, 'events'>): boolean {
  return events.startsWith('[{"type":"DefinitionRegistered"');
}

/** The streams of definitions' names, as the shell needs to know them: all go by the same rules. */
export function definitionStreams(): StreamType {
  const type: StreamType<DefinitionState, DefinitionCommand, DefinitionEvent> = {
    kind: 'definition',
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
