import { type JsonObject, type WorkflowState, taskOf } from '@orrery/domain';
import { RunModel } from '../model/run-model.js';
import type { WrittenDefinition } from '../model/written.js';
import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

/**
 * model: from the definition alone, given how attempts ended and what was said to the run, the same was decided, and the
 * same has come of everything.
 */
export function checkModel(
  { stream, decisions }: Pick<History, 'stream' | 'decisions'>,
  { document, state }: { readonly document: JsonObject; readonly state: WorkflowState },
  violations: Violation[],
): void {
  const judge = new Judge(violations, stream);
  const model = new RunModel(document as unknown as WrittenDefinition);
  for (const decision of decisions) {
    const objection = model.decision(decision.map(({ event }) => event));
    judge.must('model', objection === undefined, () => `at version ${decision[0]!.version}: ${objection}`);
    // Whatever comes after the first difference differs too.
    if (objection !== undefined) return;
  }
  judge.must('model', state.status === model.status, `it is ${state.status}, and must be ${model.status}`);
  for (const { number, key, status } of model.parts.values()) {
    const is = taskOf(state, number).status;
    judge.must('model', is === status, () => `${key} (${number}) is ${is}, and must be ${status}`);
  }
}
