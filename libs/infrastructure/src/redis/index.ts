export * from './memory-change-fan-out.js';
export * from './memory-stream-cache.js';
export * from './open-redis.js';
