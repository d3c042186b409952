declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Who shares a world: every stream, view key, queue and message carries one. */
export type Namespace = Branded<'Namespace'>;
/** A UUID in lower case: a workflow's id is its stream's id. */
export type StreamId = Branded<'StreamId'>;
export type WorkflowId = StreamId;
/** `<workflowId>~<ordinal>`: the id of a task for everyone outside its run. */
export type TaskId = Branded<'TaskId'>;

export const DEFAULT_NAMESPACE = 'default' as Namespace;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The text as a stream's id in lower case, or nothing if it is not a UUID. */
export function parseStreamId(text: string): StreamId | undefined {
  const lower = text.toLowerCase();
  return UUID.test(lower) ? (lower as StreamId) : undefined;
}

export function taskId(workflow: WorkflowId, ordinal: number): TaskId {
  return `${workflow}~${ordinal}` as TaskId;
}

/** The run and the ordinal that a task's id names, or nothing if it is not one. */
export function parseTaskId(text: string): { workflow: WorkflowId; ordinal: number } | undefined {
  const [workflowText, ordinalText = '', ...rest] = text.split('~');
  const workflow = parseStreamId(workflowText!);
  if (!workflow || rest.length > 0 || !/^(0|[1-9]\d{0,9})$/.test(ordinalText)) return undefined;
  return { workflow, ordinal: Number(ordinalText) };
}
