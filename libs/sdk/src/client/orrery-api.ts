import type { Definitions } from './definitions.js';
import type { LiveEvents, LiveOptions } from '../live/live-events.js';
import type { Tasks } from './tasks.js';
import type { Workflows } from './workflows.js';

/**
 * What programs ask of Orrery, wherever the engine is: an `OrreryClient` has it over HTTP, and the library
 * `@orrery/embedded` in the program's own process.
 */
export interface OrreryApi {
  readonly definitions: Pick<Definitions, keyof Definitions>;
  readonly workflows: Pick<Workflows, keyof Workflows>;
  readonly tasks: Pick<Tasks, 'list' | 'all'>;
  /** Events of all runs, or of some, as they happen: see docs/live.md. */
  events(options?: LiveOptions): LiveEvents;
}
