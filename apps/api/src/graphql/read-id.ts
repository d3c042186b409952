import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import { read } from './arguments.js';
import { type NodeType, keyOf } from './global-ids.js';

export const readRunId = reading('Workflow', the.workflowId);
export const readTaskId = reading('Task', the.taskId);
export const readLetterId = reading('DeadLetter', the.workflowId);

/** Reads the id of an object of this type: its global id, or the one that other faces know. It throws `Invalid`. */
function reading<Id>(type: NodeType, of: z.ZodType<Id>): (id: string) => Id {
  const one = z.object({ id: of });
  return (id) => read(one, { id: keyOf(type, id) }).id;
}
