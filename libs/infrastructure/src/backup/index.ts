export * from './back-up.js';
export * from './check-integrity.js';
export * from './manifest.js';
export * from './open-data.js';
export * from './restore.js';
export { type OnProgress, type Progress } from './tables.js';
