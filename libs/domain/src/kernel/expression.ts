// The expression language behind a small face of its own: CEL's syntax, read by a library; its meaning over JSON, ours.
export { ExpressionFailed } from './expression/failure.js';
export { EXPRESSION_LIMITS } from './expression/machine.js';
export type { Read } from './expression/compiler.js';
export type { ResultLimit } from './expression/result.js';
export { type CompiledTemplate, type Names, compileTemplate, hasExpression } from './expression/template.js';
