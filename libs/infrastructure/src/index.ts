export * from './configuration/index.js';
export * from './http-task/index.js';
export * from './log/memory-log-store.js';
export * from './log/memory-log.js';
export * from './log/postgres-log.js';
export * from './logging/index.js';
export * from './postgres/index.js';
export * from './system/index.js';
