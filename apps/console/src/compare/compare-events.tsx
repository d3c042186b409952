import { eventLines } from '../model/compare-runs.js';
import { Beside } from './beside.js';
import type { CompareProps } from './compare-page.js';

/** What happened in each, line by line: what happened in both stands on one line. */
export function CompareEvents({ views: [one, other] }: CompareProps) {
  return <Beside name="Events" left={eventLines(one.events)} right={eventLines(other.events)} />;
}
