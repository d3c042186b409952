import { type ASTNode, type BinaryOperator, Environment, type ParseError } from '@marcbachmann/cel-js';
import { compileAccess, compileName } from './access.js';
import { compileCall, compileMethod } from './calls.js';
import { BROKEN, type Compiler, type Part, type Problem, type Read, compileNode, problem } from './compiler.js';
import { Failing } from './failure.js';
import { EXPRESSION_LIMITS, type Run, attempt, spend } from './machine.js';
import { type Binary, binary, resultType } from './operators.js';
import { Duration, type Type, type Value, checkedInt, kindOf } from './values.js';

type Node<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;

/** Only its parser is used: what an expression means, and what it costs, is ours. */
const syntax = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  limits: { maxAstNodes: EXPRESSION_LIMITS.characters, maxDepth: 200 },
});

/** A literal, unless JSON has nothing like it. */
function compileLiteral(compiler: Compiler, node: Node<'value'>): Part {
  const literal = node.args;
  if (typeof literal === 'object' && literal !== null) {
    return problem(compiler, node, 'expression.type', 'JSON has neither bytes nor unsigned numbers');
  }
  if (typeof literal === 'bigint' && BigInt.asIntN(64, literal) !== literal) {
    return problem(compiler, node, 'expression.syntax', 'the whole number is larger than 64 bits');
  }
  return { type: kindOf(literal), run: () => literal };
}

function compileBinary(compiler: Compiler, node: Node<BinaryOperator>): Part {
  const [left, right] = node.args.map((operand) => compiler.compile(operand)) as [Part, Part];
  const type = resultType(node.op, left.type, right.type);
  if (type === undefined) {
    const message = `"${node.op}" has no meaning for ${left.type} and ${right.type}`;
    return problem(compiler, node, 'expression.type', message);
  }
  return { type, run: applying(binary(node.op), left.run, right.run) };
}

function applying(apply: Binary, left: Run, right: Run): Run {
  return (machine) => {
    spend(machine, 1);
    return apply(left(machine), right(machine), machine);
  };
}

function mustBe(compiler: Compiler, node: ASTNode, types: readonly Type[], what: string): Part {
  const part = compiler.compile(node);
  if (part.type === 'dyn' || types.includes(part.type)) return part;
  return problem(compiler, node, 'expression.type', `${what}, and is of type ${part.type}`);
}

const MUST_BE_BOOL = 'this must be true or false';

function bool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new Failing(`${MUST_BE_BOOL}, and is of type ${kindOf(value)}`);
}

/** `||` ends at true and `&&` at false, on whichever side: an error on the other does not count. */
function compileLogical(compiler: Compiler, node: Node<'||' | '&&'>): Part {
  const decisive = node.op === '||';
  const [left, right] = node.args.map((operand) => mustBe(compiler, operand, ['bool'], MUST_BE_BOOL).run) as [Run, Run];
  const leftBool: Run = (machine) => bool(left(machine));
  const run: Run = (machine) => {
    spend(machine, 1);
    const first = attempt(leftBool, machine);
    if (first === decisive) return decisive;
    const second = bool(right(machine));
    if (first instanceof Failing && second !== decisive) throw first;
    return second;
  };
  return { type: 'bool', run };
}

function compileNot(compiler: Compiler, node: Node<'!_'>): Part {
  const { run } = mustBe(compiler, node.args, ['bool'], MUST_BE_BOOL);
  return {
    type: 'bool',
    run: (machine) => {
      spend(machine, 1);
      return !bool(run(machine));
    },
  };
}

const NEGATED: { readonly [kind: string]: ((value: never) => Value) | undefined } = {
  int: (value: bigint) => checkedInt(-value),
  double: (value: number) => -value,
  duration: (value: Duration) => new Duration(-value.ms),
};

function compileMinus(compiler: Compiler, node: Node<'-_'>): Part {
  const what = 'what follows "-" must be a number or a duration';
  const { type, run } = mustBe(compiler, node.args, ['int', 'double', 'duration'], what);
  return {
    type,
    run: (machine) => {
      spend(machine, 1);
      const value = run(machine);
      const negate = NEGATED[kindOf(value)];
      if (!negate) throw new Failing(`${what}, and is of type ${kindOf(value)}`);
      return negate(value as never);
    },
  };
}

function compileChoice(compiler: Compiler, node: Node<'?:'>): Part {
  const condition = mustBe(compiler, node.args[0], ['bool'], MUST_BE_BOOL).run;
  const [yes, no] = [compiler.compile(node.args[1]), compiler.compile(node.args[2])];
  return {
    type: yes.type === no.type ? yes.type : 'dyn',
    run: (machine) => {
      spend(machine, 1);
      return bool(condition(machine)) ? yes.run(machine) : no.run(machine);
    },
  };
}

function compileList(compiler: Compiler, node: Node<'list'>): Part {
  const runs = node.args.map((item) => compiler.compile(item).run);
  return {
    type: 'list',
    run: (machine) => {
      spend(machine, 1 + runs.length);
      return runs.map((run) => run(machine));
    },
  };
}

/** The keys of a map are texts, as in JSON. */
function compileMap(compiler: Compiler, node: Node<'map'>): Part {
  const entries = node.args.map(([key, value]): [Run, Run] => [
    mustBe(compiler, key, ['string'], 'the key of a map must be a text').run,
    compiler.compile(value).run,
  ]);
  const run: Run = (machine) => {
    spend(machine, 1 + entries.length * 2);
    return Object.fromEntries(entries.map(([key, value]) => [keyOf(key(machine)), value(machine)]));
  };
  return { type: 'map', run };
}

function keyOf(key: Value): string {
  if (typeof key === 'string' && key !== '__proto__') return key;
  throw new Failing(key === '__proto__' ? '"__proto__" cannot be a key' : 'the key of a map must be a text');
}

const NODES: { readonly [Op in ASTNode['op']]: (compiler: Compiler, node: Node<Op>) => Part } = {
  value: compileLiteral,
  id: compileName,
  '.': compileAccess,
  '.?': compileAccess,
  '[]': compileAccess,
  '[?]': compileAccess,
  call: compileCall,
  rcall: compileMethod,
  list: compileList,
  map: compileMap,
  '?:': compileChoice,
  '||': compileLogical,
  '&&': compileLogical,
  '!_': compileNot,
  '-_': compileMinus,
  '==': compileBinary,
  '!=': compileBinary,
  in: compileBinary,
  '+': compileBinary,
  '-': compileBinary,
  '*': compileBinary,
  '/': compileBinary,
  '%': compileBinary,
  '<': compileBinary,
  '<=': compileBinary,
  '>': compileBinary,
  '>=': compileBinary,
};

export interface CompiledExpression extends Part {
  readonly reads: readonly Read[];
  readonly problems: readonly Problem[];
}

/** Compiles the text of one expression; `start` is where it begins in the string around it. */
export function compileExpression(
  text: string,
  start: number,
  names: Pick<Compiler, 'isRoot' | 'unknownName'>,
): CompiledExpression {
  const ast = parse(text, start);
  if ('problem' in ast) return { ...BROKEN, reads: [], problems: [ast.problem] };
  const compiler: Compiler = {
    text,
    start,
    isRoot: names.isRoot,
    unknownName: names.unknownName,
    locals: [],
    reads: [],
    problems: [],
    nesting: 0,
    compile: (node) => compileNode(compiler, node, NODES),
  };
  const part = compiler.compile(ast);
  compiler.problems.sort((a, b) => a.offset - b.offset);
  return { ...part, reads: compiler.reads, problems: compiler.problems };
}

/** The library's words for tokens, as a person says them. */
const TOKENS: readonly (readonly [string, string])[] = [
  ['EOF', 'the end'],
  ['IDENTIFIER', 'a name'],
  ['LPAREN', '"("'],
  ['RPAREN', '")"'],
  ['LBRACKET', '"["'],
  ['RBRACKET', '"]"'],
  ['LBRACE', '"{"'],
  ['RBRACE', '"}"'],
  ['COMMA', '","'],
  ['COLON', '":"'],
  ['DOT', '"."'],
];

function parse(text: string, start: number): ASTNode | { problem: Problem } {
  const wrong = (code: string, message: string, offset = start) => ({ problem: { code, message, offset } });
  const { characters } = EXPRESSION_LIMITS;
  if (text.trim() === '') return wrong('expression.syntax', 'there is no expression between "${" and "}"');
  if (text.length > characters) {
    return wrong(
      'expression.too-long',
      `the expression is longer than ${characters} characters (expressionCharacters)`,
    );
  }
  try {
    return syntax.parse(text).ast;
  } catch (error) {
    const { summary, range } = error as ParseError;
    const message = TOKENS.reduce((said, [token, word]) => said.replaceAll(token, word), summary);
    return wrong('expression.syntax', message, start + range!.start);
  }
}
