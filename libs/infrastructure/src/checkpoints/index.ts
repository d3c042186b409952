export * from './checkpoint-statements.js';
export * from './memory-checkpoints.js';
export * from './postgres-checkpoints.js';
