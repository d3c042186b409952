import { registerEnumType } from '@nestjs/graphql';
import * as the from '@orrery/contract/schemas';

/** GraphQL writes its words in capitals; what they stand for is what every face says. */
function enumOf<Word extends string>(words: readonly Word[]): { readonly [name: string]: Word } {
  return Object.fromEntries(words.map((word) => [word.toUpperCase(), word]));
}

export const WorkflowStatus = enumOf(the.workflowStatus.options);
export const TaskStatus = enumOf(the.taskStatus.options);
export const FaultSeverity = enumOf(the.fault.shape.severity.options);
export const DeadLetterStatus = enumOf(the.deadLetterStatus.options);
export const DeadLetterQueue = enumOf(['commands', 'tasks'] as const);
export const LetterEncoding = enumOf(['text', 'base64'] as const);
export const DefinitionFormat = enumOf(['json', 'yaml'] as const);

registerEnumType(WorkflowStatus, { name: 'WorkflowStatus', description: 'Where a run stands.' });
registerEnumType(TaskStatus, {
  name: 'TaskStatus',
  description: 'Where a task stands. `WAITING` is for a retry, a timer or a signal.',
});
registerEnumType(FaultSeverity, { name: 'FaultSeverity', description: 'Whether a fault keeps a definition out.' });
registerEnumType(DeadLetterStatus, { name: 'DeadLetterStatus', description: 'Where a dead letter stands.' });
registerEnumType(DeadLetterQueue, { name: 'DeadLetterQueue', description: 'What a message was set aside from.' });
registerEnumType(LetterEncoding, { name: 'LetterEncoding', description: 'How the body of a message is written.' });
registerEnumType(DefinitionFormat, { name: 'DefinitionFormat', description: 'How a definition is written.' });
