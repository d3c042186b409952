import { command } from '../../kernel/command.js';

/** The content is checked, and stored by its hash, before this is decided. */
export class RegisterDefinition extends command('RegisterDefinition')<{ name: string; hash: string }> {}

export type DefinitionCommand = RegisterDefinition;
