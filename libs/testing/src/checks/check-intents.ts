import type { Intent } from '../world/sim-client.js';
import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

/** I1, I2: what was answered is in the log, and whoever asked again under the same key got the same answer. */
export function checkIntent(
  { key, kind, answers }: Intent,
  histories: ReadonlyMap<string, History>,
  violations: Violation[],
): void {
  const judge = new Judge(violations, `${kind} ${key}`);
  const [first] = answers;
  if (!first) return;
  const history = histories.get(first.workflow);
  judge.must('I1', history !== undefined, 'it was answered, and its run is not in the log');
  const last = history?.events.at(-1)?.version ?? 0;
  judge.must('I1', first.version <= last, `it was answered with version ${first.version}, and the log has ${last}`);
  for (const other of answers)
    judge.must('I2', other.workflow === first.workflow, `it got ${other.workflow} and ${first.workflow}`);
  if (kind === 'start')
    for (const other of answers)
      judge.must('I2', other.version === first.version, `it got version ${other.version} and ${first.version}`);
}
