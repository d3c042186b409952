// What runs without a server, apart from all that speaks to one: whoever takes it from here loads no library for that.
export * from './checkpoints/memory-checkpoints.js';
export * from './documents/text-document-reader.js';
export * from './input-schemas/ajv-input-schemas.js';
export * from './log/memory-log-store.js';
export * from './log/memory-log.js';
export * from './rabbitmq/memory-event-exchange.js';
export * from './redis/memory-change-fan-out.js';
export * from './redis/memory-stream-cache.js';
export * from './snapshots/memory-snapshots.js';
export * from './task-offers/memory-task-offers.js';
export * from './views/memory-definition-contents.js';
export * from './views/memory-views.js';
export * from './views/memory-worker-sessions.js';
