export * from './asyncapi.js';
export * from './command-intake.js';
export * from './dead-letter-intake.js';
export * from './take-commands.js';
export * from './tasks/task-messages.js';
export * from './tasks/task-queues.js';
export * from './workers.js';
