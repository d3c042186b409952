export * from './commands/send-to-dead-letter.js';
export * from './commands/submit-dead-letter.js';
export * from './ports/dead-letter-list.js';
export * from './queries/get-dead-letter.js';
export * from './queries/list-dead-letters.js';
