export * from './ports/definition-contents.js';
export * from './ports/runs.js';
export * from './ports/worker-sessions.js';
