export * from './arbitraries.js';
export * from './laws.js';
export * from './spec.js';
