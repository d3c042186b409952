import { didYouMean, suggester } from '../../kernel/did-you-mean.js';
import {
  type CompiledTemplate,
  type Names,
  type ResultLimit,
  compileTemplate,
  hasExpression,
} from '../../kernel/expression.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import type { FaultCode, Report } from './faults.js';
import { type Claim, type Dependencies, unfounded } from './graph.js';
import { LIMITS } from './limits.js';
import type { Outline, OutlinedTask } from './outline.js';
import type { Template } from './plan.js';
import { isObject, shown } from './shape.js';

/** The expressions of a task, compiled; null where nothing is said. */
export interface TaskExpressions {
  readonly items: Template | null;
  readonly when: Template | null;
  /** Whether the condition reads `item` or `index`. */
  readonly whenEach: boolean;
  readonly input: Template | null;
  readonly compensationInput: Template | null;
}

export interface DefinitionExpressions {
  readonly tasks: readonly TaskExpressions[];
  readonly output: Template | null;
}

const ROOTS = ['input', 'tasks', 'workflow'];
/** In reach of what is done for each item of a list. */
const ITEM_ROOTS = ['item', 'index'];

const WORKFLOW_KEYS = ['id', 'startedAt'];

function namesOf(roots: readonly string[], what: string): Names {
  return {
    isRoot: (name) => roots.includes(name),
    unknownName: (name) => {
      const code = 'expression.unknown-name';
      if (ITEM_ROOTS.includes(name)) {
        return {
          code,
          message: `there is no "${name}" here: it is in reach of the task of a forEach, and of nothing else`,
        };
      }
      const meant = didYouMean(suggester(roots)(name));
      return { code, message: `there is no "${name}" here${meant}: an expression reads ${what}` };
    },
  };
}

const NAMES = namesOf(ROOTS, 'input, tasks.<key>.output or workflow');
const NAMES_OF_ITEM = namesOf([...ROOTS, ...ITEM_ROOTS], 'item, index, input, tasks.<key>.output or workflow');

/** A list is no payload: each of its items is, and together they may be larger. */
const ITEMS_LIMIT: ResultLimit = {
  characters: LIMITS.forEachBytes,
  code: 'items.too-large',
  message: `the items are larger than ${LIMITS.forEachBytes} bytes together (forEachBytes)`,
};

/** One read of a task's output, and what to say if it need not be there. */
interface ReadClaim extends Claim {
  readonly code: FaultCode;
  readonly message: string;
  readonly pointer: string;
  readonly offset: number;
}

/** Who reads: a task's own expressions, its compensation's, or nobody but the run's output; and whether for each item. */
type Reader = { readonly task: OutlinedTask; readonly compensates: boolean; readonly each: boolean } | null;

type Told = CompiledTemplate['reads'][number];

/** Compiles every expression of a definition, and says of all that read what is not, or need not be, there. */
export function checkExpressions(
  document: JsonObject,
  outline: Outline,
  dependencies: Dependencies,
  report: Report,
): DefinitionExpressions {
  const checker = new ExpressionChecker(outline, report);
  const tasks = outline.tasks.map((task) => checker.compileTask(task));
  const output = checker.compile(document['output'], '/output', null);
  for (const { code, pointer, message, offset } of unfounded(checker.claims, dependencies)) {
    report.add(code, pointer, message, { offset });
  }
  return { tasks, output };
}

class ExpressionChecker {
  readonly claims: ReadClaim[] = [];
  private readonly suggestTask: (wrong: string) => string | undefined;
  /** Keys with "-" in them, by what stands before it. */
  private readonly dashed: ReadonlyMap<string, string>;

  constructor(
    private readonly outline: Outline,
    private readonly report: Report,
  ) {
    this.suggestTask = suggester(outline.ordinals.keys());
    const keys = [...outline.ordinals.keys()].filter((key) => key.includes('-')).reverse();
    this.dashed = new Map(keys.map((key) => [key.slice(0, key.indexOf('-')), key]));
  }

  compileTask(task: OutlinedTask): TaskExpressions {
    const { body, pointer } = task;
    const { compensate, forEach } = body;
    const each = forEach !== undefined;
    const reader = { task, compensates: false, each };
    return {
      items: this.compileItems(forEach, `${pointer}/forEach`, { ...reader, each: false }),
      ...this.compileWhen(body['when'], `${pointer}/when`, reader),
      input: this.compile(evaluatedInput(body), `${pointer}/input`, reader),
      compensationInput: isObject(compensate)
        ? this.compile(evaluatedInput(compensate), `${pointer}/compensate/input`, { task, compensates: true, each })
        : null,
    };
  }

  private compileItems(value: Json | undefined, pointer: string, reader: Reader): Template | null {
    if (value === undefined) return null;
    const { type, evaluate, faults } = this.compileTemplate(value, pointer, reader, ITEMS_LIMIT);
    const isExpression = typeof value === 'string' && hasExpression(value);
    if (isExpression && faults.length === 0 && type !== 'list' && type !== 'dyn') {
      this.report.add('expression.type', pointer, `this must give a list, and gives a value of type ${type}`);
    }
    return evaluate;
  }

  compile(value: Json | undefined, pointer: string, reader: Reader): Template | null {
    return value === undefined ? null : this.compileTemplate(value, pointer, reader).evaluate;
  }

  /** A condition is one expression, or a plain true or false. */
  private compileWhen(
    value: Json | undefined,
    pointer: string,
    reader: Reader,
  ): Pick<TaskExpressions, 'when' | 'whenEach'> {
    if (value === undefined) return { when: null, whenEach: false };
    const { type, evaluate, faults, reads } = this.compileTemplate(value, pointer, reader);
    const isText = typeof value === 'string';
    if (isText && faults.length === 0 && type !== 'bool' && type !== 'dyn') {
      const message = `a condition must be true or false, and this is of type ${type}`;
      const hint = type === 'string' ? { hint: 'write the whole condition as one expression: "${ ... }"' } : {};
      this.report.add('expression.type', pointer, message, hint);
    }
    return { when: evaluate, whenEach: reads.some(({ root }) => ITEM_ROOTS.includes(root)) };
  }

  private compileTemplate(value: Json, pointer: string, reader: Reader, limit?: ResultLimit): CompiledTemplate {
    const compiled = compileTemplate(value, pointer, reader?.each ? NAMES_OF_ITEM : NAMES, limit);
    for (const fault of compiled.faults) this.report.addFault(fault);
    for (const read of compiled.reads) {
      if (read.root === 'tasks') this.checkTask(read, reader);
      if (read.root === 'workflow') this.checkWorkflow(read);
    }
    return compiled;
  }

  private checkWorkflow({ path: [key], computed, pointer, offset }: Told): void {
    if (key === undefined ? !computed : WORKFLOW_KEYS.includes(key)) return;
    const meant = didYouMean(suggester(WORKFLOW_KEYS)(key ?? ''));
    const message = `of the workflow only ${WORKFLOW_KEYS.join(' and ')} can be read${meant}`;
    this.report.add('expression.unknown-name', pointer, message, { offset });
  }

  private checkTask(read: Told, reader: Reader): void {
    const { path, computed, pointer, offset } = read;
    const [key, member] = path;
    const say = (code: FaultCode, message: string) => this.report.add(code, pointer, message, { offset });
    if (key === undefined) {
      const how = 'write tasks.key.output or tasks["a.b"].output, with the key as it stands in the definition';
      return computed
        ? say('expression.computed-key', `the key of a task cannot be computed: ${how}`)
        : say('expression.not-output', `all tasks together cannot be read: ${how}`);
    }
    const ordinal = this.outline.ordinals.get(key);
    if (ordinal === undefined) return say('expression.unknown-task', this.unknownTask(key, path));
    if (member !== 'output') {
      return say(
        'expression.not-output',
        `of a task only its output can be read: tasks${inBrackets(key)}.output${this.longerKey(path)}`,
      );
    }
    this.claim(read, reader, { key, ordinal });
  }

  private claim({ pointer, offset }: Told, reader: Reader, upstream: { key: string; ordinal: number }): void {
    if (reader === null) return;
    const { task, compensates } = reader;
    if (compensates && task.ordinal === upstream.ordinal) return;
    const isItself = task.ordinal === upstream.ordinal;
    const what = isItself ? 'its own output' : `the output of "${upstream.key}"`;
    const code = compensates ? 'expression.may-not-exist' : 'expression.not-upstream';
    const message = compensates
      ? `the compensation of "${task.key}" reads ${what}, which need not be there when it runs: only "${task.key}" and what is upstream of it have surely ended`
      : `"${task.key}" reads ${what}, which need not be there: it is not upstream of "${task.key}" (see dependsOn)`;
    this.claims.push({ task: task.ordinal, upstream: upstream.ordinal, code, message, pointer, offset });
  }

  private unknownTask(key: string, path: readonly string[]): string {
    const longer = this.longerKey(path);
    return `there is no task ${shown(key)}${longer || didYouMean(this.suggestTask(key))}`;
  }

  /** A key with "." or "-" in it, written as if it had none, is read as less than it is. */
  private longerKey(path: readonly string[]): string {
    const [key, ...more] = path as [string, ...string[]];
    const dotted = more.map((_, index) => [key, ...more.slice(0, index + 1)].join('.'));
    const meant = dotted.find((each) => this.outline.ordinals.has(each)) ?? this.dashed.get(key);
    return meant === undefined ? '' : ` (a key with "." or "-" stands in brackets: tasks["${meant}"].output)`;
  }
}

/** The input as it is evaluated: the schema of a signal is no part of it, whatever stands in it. */
function evaluatedInput({ type, input }: JsonObject): Json | undefined {
  if (type !== 'wait' || !isObject(input)) return input;
  const { schema: _, ...evaluated } = input;
  return evaluated as Json;
}

/** `.key`, or `["a.b"]` where it must. */
function inBrackets(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key}"]`;
}
