export * from './memory-task-offers.js';
export * from './postgres-task-offers.js';
