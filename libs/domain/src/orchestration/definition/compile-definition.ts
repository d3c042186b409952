import { parseDuration } from '../../kernel/duration.js';
import type { Fault } from '../../kernel/errors.js';
import { type Json, jsonSize } from '../../kernel/json.js';
import { checkExpressions } from './check-expressions.js';
import { checkGraph } from './check-graph.js';
import { checkCoverage, checkTasks, failureAction } from './check-tasks.js';
import type { DefinitionDocument } from './definition.js';
import { DOCUMENT } from './document-shape.js';
import { Report } from './faults.js';
import { LIMITS } from './limits.js';
import { outlineOf } from './outline.js';
import { planTasks } from './plan-tasks.js';
import { signalsOf } from './signals.js';
import type { Plan } from './plan.js';
import { isObject } from './shape.js';

/** A plan and its warnings, or every fault at once. */
export type CompiledDefinition =
  { readonly plan: Plan; readonly faults: readonly Fault[] } | { readonly faults: readonly Fault[] };

/**
 * Compiles a definition. The faults come in an order that depends on the document alone: the shape of everything, the
 * tasks, their graph, their expressions, their compensations. It takes time in proportion to the document.
 */
export function compileDefinition(document: Json): CompiledDefinition {
  const report = new Report();
  if (!isWithinLimits(document, report)) return { faults: report.faults };
  DOCUMENT.check(document, '', report);
  if (!isObject(document)) return { faults: report.faults };
  const outline = outlineOf(document);
  checkTasks(document, outline, report);
  const dependencies = checkGraph(outline, report);
  const expressions = checkExpressions(document, outline, dependencies, report);
  checkCoverage(document, outline, report);
  if (report.hasErrors) return { faults: report.faults };

  // Without an error every part of the document is what its type says.
  const definition = document as unknown as DefinitionDocument;
  const { onFailure, timeout, input } = definition;
  const plan: Plan = {
    name: definition.name,
    ...planTasks(definition, dependencies, expressions.tasks),
    timeoutMs: timeout === undefined ? null : parseDuration(timeout)!,
    onFailure: failureAction(document, outline),
    whenFailing: (typeof onFailure === 'object' ? onFailure.running : undefined) ?? 'finish',
    output: expressions.output,
    inputSchema: input ?? null,
    signals: signalsOf(outline),
  };
  return { plan, faults: report.faults };
}

/** Asked before anything else, by a loop: what follows may call itself as deep as the document is. */
function isWithinLimits(document: Json, report: Report): boolean {
  const { depth, definitionBytes } = LIMITS;
  if (isDeeper(document, depth)) {
    report.add('definition.limit-exceeded', '', `the definition nests more than ${depth} deep (depth)`);
  } else if (jsonSize(document, definitionBytes) > definitionBytes) {
    const message = `the definition is larger than ${definitionBytes} bytes (definitionBytes)`;
    report.add('definition.limit-exceeded', '', message);
  }
  return !report.hasErrors;
}

/** Whether lists and objects nest deeper than this. */
export function isDeeper(value: Json, depth: number): boolean {
  const nesting = (each: Json) => typeof each === 'object' && each !== null;
  let level = [value].filter(nesting);
  for (let nested = 1; level.length > 0; nested++) {
    if (nested > depth) return true;
    level = level.flatMap((each) => (Object.values(each!) as Json[]).filter(nesting));
  }
  return false;
}
