export * from './broker-metrics.js';
export * from './engine-metrics.js';
export * from './observer.js';
export * from './process-registry.js';
export * from './watch-circuits.js';
