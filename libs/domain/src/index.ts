export * from './kernel/index.js';
export * from './messaging/index.js';
export * from './orchestration/index.js';
