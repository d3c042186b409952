import { type Json, canonicalJson } from '../../kernel/json.js';
import { isObject } from './shape.js';

/**
 * What a definition says, as a text: the same content, the same text. In which order the keys of an object stand says
 * nothing, as JSON has it; only that of the tasks does, for by it they are numbered and begin.
 */
export function contentText(document: Json): string {
  if (!isObject(document) || !isObject(document.tasks)) return canonicalJson(document);
  const { tasks, ...rest } = document;
  return canonicalJson([rest, Object.entries(tasks)]);
}
