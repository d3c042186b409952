// What the test kit shares with the engine as a library: see libs/testing/src/kit.
export { Calls } from './calls.js';
export { LocalDefinitions } from './definitions.js';
export { localEvents, shownItem } from './events.js';
export { failureOfAttempt, localHandler } from './handler.js';
export type { Running } from './orrery.js';
export { LocalTasks } from './tasks.js';
export { LocalWorkflows } from './workflows.js';
