export * from './broker-settings.js';
export type { Aside, Delivery, Reply, Settled } from './command-messages.js';
export { type Format, formatOf, jsonText, written } from './content.js';
export * from './memory-event-exchange.js';
export * from './open-broker.js';
export type { CameBack, TaskLink, TaskListener, Written } from './task-link.js';
export { LETTER_HEADER, type SetAside } from './set-aside.js';
