export * from './open-rate-limiter.js';
export { MemoryRateLimiter, RATE_WINDOW_S, type Allowance, type RateLimit, type RateLimiter } from './rate-limiter.js';
