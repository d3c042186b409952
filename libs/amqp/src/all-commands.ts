import { type CommandSpec, SERVICE_COMMANDS } from './commands.js';
import { WORKER_COMMANDS } from './worker-commands.js';

/** What may be said to an engine over the broker, by its name. */
export const COMMANDS: { readonly [name: string]: CommandSpec } = { ...SERVICE_COMMANDS, ...WORKER_COMMANDS };
