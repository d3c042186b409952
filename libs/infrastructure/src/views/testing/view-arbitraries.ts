import type { DeadLetterChange, DefinitionChange, OpenTask, RunChange, ViewBatch } from '@orrery/application';
import {
  DEAD_LETTER_TRANSITIONS,
  DEFAULT_NAMESPACE,
  type StreamId,
  TASK_TRANSITIONS,
  type TaskStatus,
  WORKFLOW_TRANSITIONS,
} from '@orrery/domain';
import fc from 'fast-check';
import { OTHER_NAMESPACE, T0, at } from './view-batches.js';

// Few ids, names and versions, so that batches meet each other's rows.
const IDS = ['00000000-0000-4000-8000-00000000000a', 'ffffffff-ffff-4fff-bfff-fffffffffffb'] as StreamId[];
export const NAMESPACES = [DEFAULT_NAMESPACE, OTHER_NAMESPACE] as const;
export const PARTITIONS = [0, 1];

const statuses = <Status extends string>(transitions: { readonly [S in Status]: unknown }) =>
  fc.constantFrom(...(Object.keys(transitions) as Status[]));
const time = fc.integer({ min: 0, max: 40 }).map((offset) => T0 + offset);
const text = fc.oneof(fc.constantFrom('order', 'refund', 'é'), fc.string({ unit: 'binary', maxLength: 6 }));
// As it comes out of an event: JSON has no negative zero.
const details = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as never);
const error = fc.record({ code: text, message: text, details });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const task: fc.Arbitrary<OpenTask> = fc.record({
  ordinal: fc.integer({ min: 0, max: 4 }),
  key: text,
  type: text,
  status: statuses<TaskStatus>(TASK_TRANSITIONS),
  attempt: fc.integer({ min: 1, max: 3 }),
  priority: fc.integer({ min: 0, max: 9 }),
  since: time,
  due: fc.option(time),
  worker: fc.option(text),
  error: fc.option(error),
});

const started = fc.record({
  definition: text,
  definitionVersion: fc.option(fc.integer({ min: 1, max: 9 })),
  definitionHash: fc.constantFrom('c0ffee', 'beef'),
  labels: fc.dictionary(text, text, { maxKeys: 2, noNullPrototype: true }),
  priority: fc.integer({ min: 0, max: 9 }),
  startedAt: time,
  tasksTotal: fc.nat(5),
});

const run: fc.Arbitrary<RunChange> = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    stream: fc.constantFrom(...IDS),
    version: fc.integer({ min: 1, max: 8 }),
    started: maybe(started),
    status: maybe(statuses(WORKFLOW_TRANSITIONS)),
    endedAt: maybe(fc.option(time)),
    error: maybe(fc.option(error)),
    tasksEnded: maybe(fc.nat(3)),
    tasksEndedUnlessStopping: maybe(fc.nat(3)),
    dueAt: maybe(time),
    openTasks: fc.uniqueArray(task, { selector: ({ ordinal }) => ordinal, maxLength: 3 }),
    closedTasks: fc.uniqueArray(fc.nat(4), { maxLength: 3 }),
    dropOpenTasks: fc.boolean(),
  })
  .map((each) => ({ ...each, partition: IDS.indexOf(each.stream) }));

const definition: fc.Arbitrary<DefinitionChange> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  stream: fc.constantFrom(...IDS),
  partition: fc.constantFrom(...PARTITIONS),
  name: text,
  version: fc.integer({ min: 1, max: 4 }),
  hash: fc.constantFrom('c0ffee', 'beef'),
  registeredAt: time,
});

const why = fc.record({ reason: text, detail: text });
const letterChange = {
  namespace: fc.constantFrom(...NAMESPACES),
  stream: fc.constantFrom(...IDS),
  partition: fc.constantFrom(...PARTITIONS),
  version: fc.integer({ min: 1, max: 6 }),
  status: statuses(DEAD_LETTER_TRANSITIONS),
  changedAt: time,
};
const recordedLetter = fc.record({
  queue: fc.constantFrom('commands' as const, 'tasks' as const),
  type: fc.option(text),
  messageId: fc.option(text),
  bytes: fc.nat(),
  recordedAt: time,
});
const deadLetter: fc.Arbitrary<DeadLetterChange> = fc.oneof(
  fc.record({ ...letterChange, why, recorded: recordedLetter }),
  fc.record({ ...letterChange, why: maybe(why) }),
);

const cursor = fc.integer({ min: 0, max: 2 }).map((place) => at(place));
const move = fc.record({ partition: fc.constantFrom(...PARTITIONS), from: cursor, to: cursor });

/** Any sequence of batches, lawful or not: a row a run in each, and checkpoints that often do not stand there. */
export const batches: fc.Arbitrary<readonly ViewBatch[]> = fc.array(
  fc.record({
    runs: fc.uniqueArray(run, { selector: ({ namespace, stream }) => `${namespace}/${stream}` }),
    definitions: fc.array(definition, { maxLength: 2 }),
    deadLetters: fc.uniqueArray(deadLetter, { selector: ({ namespace, stream }) => `${namespace}/${stream}` }),
    moves: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.uniqueArray(move, { selector: ({ partition }) => partition }),
    ),
  }),
  { maxLength: 8 },
);
