import { z } from 'zod';
import * as the from './schemas.js';

/** What a run is started with. */
export const start = z.strictObject({
  definition: z
    .union([z.string().min(1).max(140), the.jsonObject])
    .describe('A name, `name@version`, or a whole definition.'),
  id: the.workflowId.optional(),
  input: the.json.optional(),
  labels: the.labels.optional(),
  priority: z.int().min(0).max(9).optional(),
});

/** What a run is cancelled with. */
export const cancelBody = z.strictObject({
  reason: z.string().min(1).max(1_000).optional(),
  compensate: z.boolean().optional().describe('False: what was done stays done.'),
});
