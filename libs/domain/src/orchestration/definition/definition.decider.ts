import type { Decider } from '../../kernel/decider.js';
import type { DefinitionCommand } from './definition.commands.js';
import type { DefinitionEvent } from './definition.events.js';

/** A definition's name, folded from its events. */
export interface DefinitionState {
  /** The hash of each version's content: the first is that of version 1. */
  readonly versions: readonly string[];
}

/** The rules of a definition's name: a content has one version of it, and keeps it. */
export const definitionDecider: Decider<DefinitionState, DefinitionCommand, DefinitionEvent> = {
  kind: 'definition',
  stateVersion: 1,
  initial: () => ({ versions: [] }),
  decide: {
    RegisterDefinition: ({ data: { name, hash } }, { versions }) =>
      versions.includes(hash) ? [] : [{ type: 'DefinitionRegistered', v: 1, name, version: versions.length + 1, hash }],
  },
  evolve: {
    DefinitionRegistered: ({ versions }, { hash }) => ({ versions: [...versions, hash] }),
  },
  follow: {},
};
