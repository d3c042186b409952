export * from './memory-definition-contents.js';
export * from './memory-views.js';
export * from './memory-worker-sessions.js';
export { DEAD_LETTERS, DEFINITIONS, RUNS, TASKS, cursorAfter } from './page.js';
export * from './postgres-definition-contents.js';
export * from './postgres-view-reader.js';
export * from './postgres-view-writer.js';
export * from './postgres-worker-sessions.js';
