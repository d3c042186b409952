import type { LiveEvent } from '@orrery/application';

/** An event as every subscriber gets it: what was written once for all of them, and the cursor that is this one's. */
export function itemOf(event: LiveEvent, cursor: string): string {
  return `{"cursor":"${cursor}",${event.json.slice(1)}`;
}
