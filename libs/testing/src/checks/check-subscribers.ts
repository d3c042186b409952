import type { Commit } from '@orrery/application';
import type { Delivery } from '../world/records.js';
import { Judge, type Violation } from './violation.js';

/**
 * I4, I16: whoever follows the log was handed every commit, as it stands there, and nothing else; and of every stream,
 * once what came again is passed over, one after the other in its order.
 */
export function checkSubscribers(
  committed: readonly Commit[],
  deliveries: readonly Delivery[],
  violations: Violation[],
): void {
  const judge = new Judge(violations, 'a subscriber');
  const texts = new Map(committed.map(({ stream, firstVersion, events }) => [nameOf(stream, firstVersion), events]));
  const reached = new Map<string, number>();
  const seen = new Set<string>();
  for (const { stream, recorded } of deliveries) {
    const [first, last] = [recorded[0]!, recorded.at(-1)!];
    const name = nameOf(stream, first.version);
    const isRecorded = texts.get(name) === JSON.stringify(recorded.map(({ event }) => event));
    judge.must('I16', isRecorded, () => `it was handed ${first.event.type} ${name}, which is not in the log`);
    if (seen.has(name)) continue;
    seen.add(name);
    const before = reached.get(stream) ?? 0;
    judge.must('I4', first.version === before + 1, () => `it was handed ${name} after ${before}`);
    reached.set(stream, last.version);
  }
  for (const name of texts.keys()) judge.must('I16', seen.has(name), () => `it was never handed ${name}`);
}

function nameOf(stream: string, version: number): string {
  return `${stream}@${version}`;
}
