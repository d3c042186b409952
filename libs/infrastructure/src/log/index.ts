export * from './installation.js';
export * from './lane-session.js';
export * from './memory-log-store.js';
export * from './memory-log.js';
export * from './postgres-log.js';
export * from './sql-errors.js';
