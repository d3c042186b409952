export * from './kernel/random.js';
export * from './kernel/traps.js';
export { type Search, find } from './planted/find.js';
export type { PlantedFault } from './planted/plant.js';
export { PLANTED_FAULTS } from './planted/planted-faults.js';
export * from './simulate.js';
export * from './simulation.js';
export * from './sweep.js';
export type { Violation } from './checks/violation.js';
