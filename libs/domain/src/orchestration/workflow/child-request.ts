import type { Failure } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';
import { LIMITS } from '../definition/limits.js';
import { isObject, shown } from '../definition/shape.js';
import { LABELS_WANTED, isLabels } from './labels.js';
import type { WorkflowState } from './workflow.state.js';

/** What a `workflow` task asks for: which definition, on what, and how its run is labelled. */
export interface ChildRequest {
  /** A name, or `name@version`. */
  readonly definition: string;
  readonly input: Json;
  readonly labels?: { readonly [key: string]: string };
}

/** The input of a `workflow` task, if it is one. */
export function childOf(input: Json): ChildRequest | undefined {
  if (!isObject(input)) return undefined;
  const { definition, input: ofChild = null, labels } = input;
  if (typeof definition !== 'string') return undefined;
  if (labels === undefined) return { definition, input: ofChild };
  if (!isObject(labels) || !Object.values(labels).every((label) => typeof label === 'string')) return undefined;
  return { definition, input: ofChild, labels: labels as { readonly [key: string]: string } };
}

const KEYS: readonly string[] = ['definition', 'input', 'labels'];

/** Why a child cannot be started, as far as its parent can tell. */
export function childFailure(input: Json, { parent }: WorkflowState): Failure | undefined {
  const request = childOf(input);
  const isMistaken = isObject(input) && Object.keys(input).some((key) => !KEYS.includes(key));
  if (!request || isMistaken) {
    const message = `\`workflow\` wants { definition: "name", input, labels }, the last two only where there are some, and got ${shown(input)}`;
    return { code: 'child.invalid', message };
  }
  // What anybody else may not give a run, lists of runs need not cope with either.
  if (!isLabels(request.labels ?? {})) return { code: 'child.invalid', message: `a run has ${LABELS_WANTED}` };
  if ((parent?.depth ?? 0) < LIMITS.childDepth) return undefined;
  return { code: 'child.too-deep', message: `runs nest at most ${LIMITS.childDepth} deep (childDepth)` };
}
