import type { Dispatcher, HandedTask } from '@orrery/application';
import { attemptKey } from '@orrery/application';
import { shownTask } from '@orrery/contract';
import { LIMITS, type StreamId, parseTaskId } from '@orrery/domain';
import { type Format, type Written, formatOf, jsonText, written } from '@orrery/infrastructure';

/** More together no message holds, in tasks and in characters or bytes of what is written of them. */
const TASKS_MAX = 100;
const SIZE_MAX = LIMITS.requestBodyBytes / 4;
/** A message goes to one worker: none fills more than this share of the slots of the smallest one. */
const SHARE_OF_SLOTS = 8;

/** What names an attempt that came back. */
export interface ReturnedAttempt {
  readonly workflow: StreamId;
  readonly ordinal: number;
  readonly leaseToken: string;
}

/**
 * How many tasks go together. Many in one message are cheap, but its reader does them all: so few that all readers get
 * some, and that none waits long for the slots it needs.
 */
export function tasksPerMessage(count: number, slotsOfReaders: readonly number[]): number {
  const smallest = slotsOfReaders.reduce((least, slots) => Math.min(least, slots), Infinity);
  if (smallest === Infinity) return 1;
  const share = Math.ceil(count / slotsOfReaders.length);
  return Math.max(1, Math.min(TASKS_MAX, share, Math.floor(smallest / SHARE_OF_SLOTS)));
}

/** Tasks as messages, each with what it holds. */
export function* taskMessages(
  tasks: readonly HandedTask[],
  { format, most, dispatcher }: { format: Format; most: number; dispatcher: Dispatcher },
): Iterable<Written> {
  const { write, join } = PACKING[format];
  const contentType = `application/${format}`;
  const message = (some: readonly Packed[], traces: ReadonlySet<string | null>) => ({
    ...{ contentType, body: join(some) },
    traceparent: traces.size === 1 ? [...traces][0] : null,
  });
  let some: Packed[] = [];
  let traces = new Set<string | null>();
  let size = 0;
  for (const task of tasks) {
    const packed = write(postedTask(task, dispatcher));
    if (some.length === most || (some.length > 0 && size + packed.length > SIZE_MAX)) {
      yield message(some, traces);
      [some, traces, size] = [[], new Set(), 0];
    }
    some.push(packed);
    traces.add(task.trace);
    size += packed.length;
  }
  if (some.length > 0) yield message(some, traces);
}

/** The attempts in a message of ours that came back; none in what somebody else posted in our name. */
export function returnedAttempts({ contentType, body }: Written): readonly ReturnedAttempt[] {
  try {
    const { tasks } = JSON.parse(jsonText(formatOf(contentType) ?? 'json', body).toString()) as {
      readonly tasks: readonly { readonly id: string; readonly leaseToken: string }[];
    };
    return tasks.flatMap(({ id, leaseToken }) => {
      const address = parseTaskId(id);
      return address ? [{ ...address, leaseToken }] : [];
    });
  } catch {
    return [];
  }
}

/** A task as it lies in its queue: when it begins nobody knows yet, so it says how long it may take. */
function postedTask(task: HandedTask, dispatcher: Dispatcher): object {
  const { namespace, workflowId: workflow, ordinal } = task;
  const posted = dispatcher.leases.get(attemptKey({ namespace, workflow, ordinal }))?.posted;
  return { ...shownTask(task), runMs: posted?.runMs ?? null, startsAtOnce: posted?.startsAtOnce ?? false };
}

/** A task that is written already: its text, or its bytes. */
type Packed = string | Uint8Array;

/** How a task is written, and `{ tasks: [...] }` of tasks that are. */
const PACKING: Record<Format, { write(task: object): Packed; join(tasks: readonly Packed[]): Buffer }> = {
  json: {
    write: (task) => JSON.stringify(task),
    join: (tasks) => Buffer.from(`{"tasks":[${tasks.join()}]}`),
  },
  msgpack: {
    write: (task) => written('msgpack', task),
    // A map of one: its key, and an array whose length stands in two bytes.
    join(tasks) {
      const head = [0x81, 0xa5, ...Buffer.from('tasks'), 0xdc, tasks.length >> 8, tasks.length & 0xff];
      return Buffer.concat([Buffer.from(head), ...(tasks as readonly Uint8Array[])]);
    },
  },
};
