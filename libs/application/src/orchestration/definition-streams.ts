import {
  type DefinitionCommand,
  type DefinitionEvent,
  type DefinitionState,
  UPCASTERS,
  definitionDecider,
} from '@orrery/domain';
import type { FollowedCommit } from '../kernel/follow.js';
import type { Commit } from '../kernel/ports/log.js';
import { type StreamType, streamType } from '../kernel/stream-type.js';

/** A stream of a definition holds nothing but its registrations. */
export function isOfDefinition({ recorded }: Pick<FollowedCommit, 'recorded'>): boolean {
  return recorded()[0]!.event.type === 'DefinitionRegistered';
}

/** The same of a commit as it stands in the log: the text tells without being parsed. */
export function isTextOfDefinition({ events }: Pick<Commit, 'events'>): boolean {
  return events.startsWith('[{"type":"DefinitionRegistered"');
}

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
