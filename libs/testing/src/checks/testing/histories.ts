import { type Entry, GENESIS, type NewCommit, chainHash } from '@orrery/application';
import {
  CompleteTask,
  DEFAULT_NAMESPACE,
  FailTask,
  FireTimers,
  type JsonObject,
  type Plan,
  StartWorkflow,
  type StreamId,
  type WorkflowCommand,
  type WorkflowDecider,
  type WorkflowEvent,
  type WorkflowId,
  type WorkflowState,
  compileDefinition,
  decide,
  workflowDecider,
} from '@orrery/domain';
import type { History, Seen } from '../history.js';
import type { Violation } from '../violation.js';

export const RUN = '0190d5a8-0000-7000-8000-000000000001' as StreamId;

/** A saga of two tasks, the second of which may be tried twice. */
export const SAGA: JsonObject = {
  orrery: 'v1',
  name: 'saga',
  onFailure: 'compensate',
  tasks: {
    a: { type: 'work', compensate: { type: 'undo' } },
    b: { type: 'work', dependsOn: ['a'], compensate: { type: 'undo' }, retry: { maxAttempts: 2 } },
    c: { type: 'work', dependsOn: ['b'], retry: { maxAttempts: 1 } },
  },
};

/** By ordinal, in the saga. */
export const [A, B, C, UNDO_A, UNDO_B] = [0, 1, 2, 3, 4] as const;

export const complete = (task: number, attempt = 1, lease = `${attempt}.lease`) =>
  new CompleteTask({ task, attempt, lease, output: { by: task } });
export const fail = (task: number, attempt = 1, lease = `${attempt}.lease`) =>
  new FailTask({ task, attempt, lease, error: { code: 'told', message: 'as it was told to' } });
export const fire = () => new FireTimers({});

/** A run, with all that a check may want to know of it. */
export interface Played {
  readonly document: JsonObject;
  readonly plan: Plan;
  readonly decider: WorkflowDecider;
  readonly history: History;
}

/** The run that these commands make of a definition, one after the other, ten seconds apart. */
export function played(document: JsonObject, ...commands: readonly WorkflowCommand[]): Played {
  const compiled = compileDefinition(document);
  if (!('plan' in compiled)) throw new Error(JSON.stringify(compiled.faults));
  const { plan } = compiled;
  const decider = workflowDecider(plan);
  const definition = { name: String(document['name']), version: 1, hash: 'hash' };
  const start = new StartWorkflow({ id: RUN as string as WorkflowId, definition, input: null });
  let state = decider.initial();
  const decisions = [start, ...commands].map((command, index) => {
    const moment = { now: index * 10_000, random: () => 0.9 };
    const decision = decide<WorkflowState, WorkflowCommand, WorkflowEvent>(decider, command, state, moment);
    state = decision.state;
    return decision.events.map((event) => ({ at: moment.now, event }));
  });
  return { document, plan, decider, history: numbered(decisions) };
}

/** The same run, with some of its events changed or gone. */
export function altered(history: History, change: (event: WorkflowEvent) => WorkflowEvent | undefined): History {
  const decisions = history.decisions.map((decision) =>
    decision.flatMap(({ at, event }) => {
      const changed = change(event);
      return changed ? [{ at, event: changed }] : [];
    }),
  );
  return numbered(decisions.filter(({ length }) => length > 0));
}

/** The same run, where something else happens after it. */
export function followed(history: History, ...events: readonly WorkflowEvent[]): History {
  const last = history.events.at(-1)!.at;
  return numbered([...history.decisions, ...events.map((event) => [{ at: last, event }])]);
}

/** The rows of a log that hold this run, a decision each. */
export function rowsOf({ stream, decisions }: History): readonly NewCommit[] {
  let hash = GENESIS;
  return decisions.map((decision) => {
    const events = JSON.stringify(decision.map(({ event }) => event));
    const entry: Entry = { n: decision.length, at: decision[0]!.at };
    const [firstVersion, lastVersion] = [decision[0]!.version, decision.at(-1)!.version];
    const said = { namespace: DEFAULT_NAMESPACE, stream: stream as StreamId, partition: 0, firstVersion, lastVersion };
    const row = { ...said, events, metadata: JSON.stringify([entry]) };
    hash = chainHash(hash, row);
    return { ...row, hash };
  });
}

/** Which promises a check finds broken. */
export function broken(check: (violations: Violation[]) => unknown): readonly string[] {
  const violations: Violation[] = [];
  check(violations);
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

function numbered(decisions: readonly (readonly Omit<Seen, 'version'>[])[]): History {
  let version = 0;
  const counted = decisions.map((decision) => decision.map((seen) => ({ ...seen, version: ++version })));
  // As the log gives them back.
  const read = JSON.parse(JSON.stringify(counted)) as typeof counted;
  return { stream: RUN, decisions: read, events: read.flat() };
}
