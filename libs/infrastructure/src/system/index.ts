export * from './live.js';
export * from './system-clock.js';
export * from './system-entropy.js';
export * from './version.js';
