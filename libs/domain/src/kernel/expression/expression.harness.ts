import type { Json } from '../json.js';
import { type ExpressionFailed, type Names, compileTemplate } from '../expression.js';

/** Names as a workflow's expressions have them. */
export const NAMES: Names = {
  isRoot: (name) => ['input', 'tasks', 'workflow'].includes(name),
  unknownName: (name) => ({ code: 'expression.unknown-name', message: `there is no "${name}"` }),
};

/** What the examples read. */
export const INPUT: Json = {
  n: 7,
  half: 0.5,
  s: 'héllo',
  yes: true,
  nothing: null,
  list: [1, 2, 3],
  texts: ['a', 'b'],
  order: { id: 'o-1', total: 12.5, 'a b': 1, constructor: 'mine' },
  at: '2030-01-01T12:30:45.250Z',
};

const scope = (input: Json) => ({ input, tasks: {}, workflow: { id: 'w', startedAt: '2024-01-01T00:00:00.000Z' } });

/** What a template gives: its value, `static: code message`, or `code: message` of the failure. */
export function outcomeOf(template: Json, input: Json = INPUT): Json {
  const { evaluate, faults } = compileTemplate(template, '/here', NAMES);
  if (faults.length > 0) return faults.map(({ code, message, offset }) => `static ${code} @${offset}: ${message}`);
  try {
    return evaluate(scope(input));
  } catch (error) {
    const { code, message } = error as ExpressionFailed;
    return `${code}: ${message}`;
  }
}

/** What one expression gives. */
export function valueOf(expression: string, input?: Json): Json {
  return outcomeOf(`\${ ${expression} }`, input);
}
