export * from './system-clock.js';
export * from './system-entropy.js';
