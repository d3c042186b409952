export * from './observe-process.js';
export * from './trace-context.js';
export * from './trace-runs.js';
