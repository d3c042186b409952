export * from './memory-ownership.js';
export * from './postgres-ownership.js';
