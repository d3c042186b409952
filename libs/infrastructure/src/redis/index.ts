export * from './memory-stream-cache.js';
export * from './open-redis.js';
