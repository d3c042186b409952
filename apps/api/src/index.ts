export { type Api, type ApiOptions, type ApiParts, createApi } from './api-app.js';
export { readableLog } from './logging/readable-log.js';
export type { CheckResult, HealthCheck } from './monitoring/health.js';
export { corsOrigins } from './config.js';
