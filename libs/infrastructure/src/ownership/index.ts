export * from './memory-ownership.js';
export * from './postgres-locks.js';
