export { type Api, type ApiOptions, type ApiParts, createApi } from './api-app.js';
export { readableLog } from './logging/readable-log.js';
export { brokerCheck } from './monitoring/broker-check.js';
export { cacheCheck } from './monitoring/cache-check.js';
export type { CheckResult, HealthCheck } from './monitoring/health-check.js';
export { replicaChecks } from './monitoring/replica-checks.js';
export { apiSettings, requestOptions } from './api-settings.js';
