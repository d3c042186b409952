export * from './memory-snapshots.js';
export * from './postgres-snapshots.js';
