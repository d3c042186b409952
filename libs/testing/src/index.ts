export * from './kernel/random.js';
export * from './kernel/traps.js';
export * from './simulation.js';
export type { Violation } from './checks/violation.js';
