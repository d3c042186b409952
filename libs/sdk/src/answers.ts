// What the API answers, and no code: for programs that ask it in a way of their own, as the console does.
export type * from './client/answers.js';
export type * from './client/dead-letter-answers.js';
export type * from './client/operation-answers.js';
export type * from './client/task-answers.js';
export type { Fault, Problem, Refusal } from './errors.js';
export type { Json, JsonObject } from './json.js';
