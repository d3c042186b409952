import type { SimProcess } from '../world/sim-process.js';
import { Judge, type Violation } from './violation.js';

/** I13: no partition is owned by two engines that have a session. One whose session has ended may not know it yet. */
export function checkOwnership(engines: readonly SimProcess[]): readonly Violation[] {
  const violations: Violation[] = [];
  const owners = new Map<number, string>();
  for (const { name, orchestration } of engines.filter(({ hasSession }) => hasSession)) {
    const judge = new Judge(violations, name);
    for (const partition of orchestration.ports.ownership.owned()) {
      const other = owners.get(partition);
      judge.must('I13', other === undefined, () => `it owns partition ${partition}, as ${other} does`);
      owners.set(partition, name);
    }
  }
  return violations;
}
