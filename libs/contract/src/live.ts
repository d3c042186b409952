import type { LiveFilter } from '@orrery/application';
import { z } from 'zod';
import { API_LIMITS } from './api-limits.js';
import * as the from './schemas.js';

export const feedCursor = z
  .string()
  .min(1)
  .max(API_LIMITS.feedCursorCharacters)
  .describe('A cursor that was told: what comes after it. `start`: all that there is. Without it, from now on.');

/** What a subscriber of the live feed wants: everything that fits all of it. */
export const wantedEvents = {
  workflow: the.workflowId.optional(),
  type: the.someEventTypes.optional().describe('Types of events.'),
  definition: the.definitionName.optional().describe('Its own events, and those of its runs.'),
  label: the.labelFilters
    .optional()
    .describe('`team:sky`, or `team` with any value. Given again, a run has all of them.'),
};
/** The same, and from where on. */
export const subscription = z.strictObject({ ...wantedEvents, after: feedCursor.optional() });

/** What a subscriber asks for, as the feed knows it. */
export function liveFilterOf({
  workflow,
  type,
  definition,
  label,
}: Omit<z.output<typeof subscription>, 'after'>): LiveFilter {
  return { workflow, definition, labels: label, types: type && new Set(type) };
}
