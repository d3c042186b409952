export * from './create-logger.js';
export * from './describe-error.js';
export * from './log-errors.js';
export * from './log-settings.js';
export * from './seldom.js';
