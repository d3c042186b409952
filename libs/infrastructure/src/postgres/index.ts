export * from './check-database.js';
export * from './durable-settings.js';
export * from './embedded-postgres.js';
export * from './migrate.js';
export * from './pool-settings.js';
export * from './pools.js';
export * from './prepare-database.js';
export * from './session-pooling.js';
