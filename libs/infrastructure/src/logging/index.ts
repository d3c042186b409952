export * from './create-logger.js';
export * from './describe-error.js';
