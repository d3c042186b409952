export * from './open-rate-limiter.js';
export { MemoryRateLimiter, type Allowance, type RateLimit, type RateLimiter } from './rate-limiter.js';
