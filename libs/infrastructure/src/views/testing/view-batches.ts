import { randomUUID } from 'node:crypto';
import {
  type Cursor,
  type DeadLetterChange,
  type DeadLetterList,
  type OpenRun,
  type OpenTask,
  type Page,
  type PageRequest,
  type RunChange,
  type ViewBatch,
  type ViewReader,
  type ViewWriter,
  keyOf,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace, type StreamId } from '@orrery/domain';

/** The views under test, with nothing in them. */
export interface ViewsHarness {
  readonly writer: ViewWriter;
  readonly reader: ViewReader & DeadLetterList;
  close(): Promise<void>;
}

export type OpenViews = () => Promise<ViewsHarness>;

export const OTHER_NAMESPACE = 'other' as Namespace;
export const T0 = 1_700_000_000_000;
export const PARTITION = 3;

export function runId(): StreamId {
  return randomUUID() as StreamId;
}

export function at(transactionId: number, position = transactionId): Cursor {
  return { transactionId: BigInt(transactionId), position: BigInt(position) };
}

export function batch(...runs: readonly RunChange[]): ViewBatch {
  return { runs, definitions: [], deadLetters: [], moves: [] };
}

/** A change of a run that is there. */
export function change(stream: StreamId, version: number, rest: Partial<RunChange> = {}): RunChange {
  return {
    namespace: DEFAULT_NAMESPACE,
    stream,
    partition: PARTITION,
    version,
    openTasks: [],
    closedTasks: [],
    ...rest,
  };
}

/** A run that starts, and is running. */
export function start(
  stream: StreamId,
  { started, ...rest }: Omit<Partial<RunChange>, 'started'> & { readonly started?: Partial<RunChange['started']> } = {},
): RunChange {
  return change(stream, 1, {
    started: {
      definition: 'order',
      definitionVersion: 2,
      definitionHash: 'c0ffee',
      labels: { customer: 'Ada' },
      priority: 1,
      startedAt: T0,
      tasksTotal: 3,
      ...started,
    },
    status: 'running',
    ...rest,
  });
}

export function task(ordinal: number, rest: Partial<OpenTask> = {}): OpenTask {
  return {
    ordinal,
    key: `task-${ordinal}`,
    type: 'mail.send',
    status: 'queued',
    attempt: 1,
    priority: 1,
    since: T0 + ordinal,
    due: null,
    worker: null,
    error: null,
    ...rest,
  };
}

/** A dead letter that is recorded, and waits. */
export function letter(stream: StreamId, rest: Partial<DeadLetterChange> = {}): DeadLetterChange {
  return {
    ...changedLetter(stream, 1, { why: { reason: 'request.invalid', detail: 'no' } }),
    recorded: { queue: 'commands', type: null, messageId: null, bytes: 7, recordedAt: T0 },
    ...rest,
  };
}

/** A change of a dead letter that is there. */
export function changedLetter(
  stream: StreamId,
  version: number,
  rest: Partial<DeadLetterChange> = {},
): DeadLetterChange {
  const at = { namespace: DEFAULT_NAMESPACE, stream, partition: PARTITION, version };
  return { ...at, status: 'waiting', changedAt: T0 + version, ...rest };
}

/** Every item of a list, page by page. */
export async function allPages<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
  limit = 100,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<Item> = await read({ limit, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** What take-over finds in these partitions, in the order of the runs' keys. */
export async function openRuns(
  writer: ViewWriter,
  dueBefore = 0,
  partitions: readonly number[] = [PARTITION],
): Promise<OpenRun[]> {
  const runs: OpenRun[] = [];
  for await (const page of writer.openRuns(partitions, dueBefore)) runs.push(...page);
  return runs.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
