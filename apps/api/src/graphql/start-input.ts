import type { StartWorkflowInput } from './arguments.js';
import { given } from './arguments.js';
import { keyOf } from './global-ids.js';

/** A start as the other faces send it: so that a key means the same in all of them. A null input is one. */
export function startOf({ definition, id, input, labels, priority }: StartWorkflowInput): object {
  const pairs = labels?.map(({ name, value }) => [name, value] as const);
  return {
    ...given({
      definition,
      id: id ? keyOf('Workflow', id) : id,
      labels: pairs && Object.fromEntries(pairs),
      priority,
    }),
    ...(input === undefined ? {} : { input }),
  };
}
