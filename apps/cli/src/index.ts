export { type Surroundings, commandLine } from './command-line.js';
export { configOf } from './config.js';
export { EXIT, type ExitCode } from './exit-codes.js';
export { Farewells } from './farewells.js';
export type { Output } from './output/output.js';
export { coloured, plain } from './output/style.js';
export type { Verb, VerbGroup } from './verb.js';
export { VERB_GROUPS } from './verbs/index.js';
