export * from './dead-letter/dead-letter.commands.js';
export * from './dead-letter/dead-letter.decider.js';
export * from './dead-letter/dead-letter.events.js';
