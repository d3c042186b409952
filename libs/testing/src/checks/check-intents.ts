import { type Commit, type Entry, derivedId } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import type { Intent } from '../world/sim-client.js';
import type { History } from './history.js';
import { Judge, type Violation } from './violation.js';

/** What always decides something when it is taken. */
const DECIDES = ['start', 'SignalWorkflow'];

/** What of the log says who wanted it. */
export interface Wanted {
  readonly histories: ReadonlyMap<string, History>;
  /** How often the id of a client's command stands in the log. */
  readonly commands: ReadonlyMap<string, number>;
}

/** How often which client's command is recorded. */
export function commandsIn(committed: readonly Commit[]): ReadonlyMap<string, number> {
  const commands = new Map<string, number>();
  for (const { metadata } of committed) {
    for (const { id } of JSON.parse(metadata) as Entry[]) if (id) commands.set(id, (commands.get(id) ?? 0) + 1);
  }
  return commands;
}

/** The id of a client's command in the log. */
export function commandId({ key, workflow }: Pick<Intent, 'key' | 'workflow'>): string {
  return derivedId('command', DEFAULT_NAMESPACE, ...(workflow === undefined ? [] : [workflow]), key);
}

/**
 * I1, I2: what was answered is in the log, and once, however often it was asked for; and whoever asked again under the
 * same key got the same answer.
 */
export function checkIntent(intent: Intent, { histories, commands }: Wanted, violations: Violation[]): void {
  const { key, kind, answers } = intent;
  const judge = new Judge(violations, `${kind} ${key}`);
  const times = commands.get(commandId(intent)) ?? 0;
  judge.must('I2', times <= 1, `it is recorded ${times} times`);
  const [first] = answers;
  if (!first) return;
  const decides = DECIDES.includes(kind);
  judge.must('I1', times > 0 || !decides, 'it was answered, and is not recorded');
  const last = histories.get(first.workflow)?.events.at(-1)!.version ?? 0;
  judge.must('I1', first.version <= last, `it was answered with version ${first.version}, and the log has ${last}`);
  for (const other of answers) {
    const isSame = other.workflow === first.workflow && (!decides || other.version === first.version);
    judge.must('I2', isSame, () => `it was answered ${nameOf(other)} and ${nameOf(first)}`);
  }
}

function nameOf({ workflow, version }: Intent['answers'][number]): string {
  return `${workflow}@${version}`;
}
