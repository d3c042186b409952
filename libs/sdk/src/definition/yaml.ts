import { stringify } from 'yaml';
import type { WorkflowDefinition } from './document.js';

/** A definition as YAML, to be read by people: read again it is the same document. */
export function toYaml(definition: WorkflowDefinition): string {
  return stringify(definition, { aliasDuplicateObjects: false, lineWidth: 120, singleQuote: true });
}
