export { OrreryClosed } from './calls.js';
export type { Database } from './open-database.js';
export { type EngineOptions, type OpenEngine, openEngine } from './open-engine.js';
export type { HttpOptions, OpenOptions } from './open-options.js';
export { Opened, Stopped } from './opened.js';
export { Orrery, type Running } from './orrery.js';
