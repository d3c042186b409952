// What describes specs stands apart: programs start a Redis of their own, too.
export { hasPrivateRedis, type PrivateRedis, startPrivateRedis } from './private-redis.js';
