import {
  GetWorkflowResult,
  SendToWorkflow,
  SubmitDefinition,
  SubmitWorkflow,
  type ClientCommand,
  type Context,
  type WorkflowAccepted,
  type WorkflowRequest,
  commandsOf,
  partitionOf,
  keyOf,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type JsonObject, type Recorded, type StreamId, type WorkflowEvent } from '@orrery/domain';
import { ANONYMOUS, PARTITIONS, type Process, type World } from './world.js';

/** A definition that came with its start: `definition({ a: {}, b: { dependsOn: ['a'] } })`. A task is of type `work`. */
export function definition(tasks: { readonly [key: string]: object }, rest: object = {}): JsonObject {
  const typed = Object.entries(tasks).map(([key, task]) => [key, { type: 'work', ...task }]);
  return { orrery: 'v1', name: 'test', tasks: Object.fromEntries(typed), ...rest } as JsonObject;
}

export async function register({ orchestration }: Process, document: JsonObject): Promise<void> {
  const text = { text: JSON.stringify(document), format: 'json' } as const;
  await orchestration.commandHandlers.submitDefinition.execute(new SubmitDefinition(ANONYMOUS, text));
}

export function submit(
  { orchestration }: Process,
  request: JsonObject | WorkflowRequest,
  context: Partial<Context> = {},
): Promise<WorkflowAccepted> {
  const whole = 'orrery' in request ? { definition: request as JsonObject } : (request as WorkflowRequest);
  return orchestration.commandHandlers.submitWorkflow.execute(new SubmitWorkflow({ ...ANONYMOUS, ...context }, whole));
}

export function send({ orchestration }: Process, workflow: StreamId, command: ClientCommand, context = {}) {
  return orchestration.commandHandlers.sendToWorkflow.execute(
    new SendToWorkflow({ ...ANONYMOUS, ...context }, workflow, command),
  );
}

export function result({ orchestration }: Process, workflow: StreamId, waitMs = 0) {
  return orchestration.queryHandlers.getWorkflowResult.execute(new GetWorkflowResult(ANONYMOUS, workflow, waitMs));
}

/** The key of a run in the log's memory. */
export function keyIn(stream: StreamId): string {
  return keyOf({ namespace: DEFAULT_NAMESPACE, stream });
}

/** What the log has of a run. */
export function history({ store }: World, workflow: StreamId): Recorded<WorkflowEvent>[] {
  return store
    .stream(keyIn(workflow))
    .flatMap((commit) => commandsOf<WorkflowEvent>(commit).flatMap(({ events }) => events));
}

/** The same in words: `TaskCompleted 0.1` is the first attempt of the first task. */
export function story(world: World, workflow: StreamId): string[] {
  return history(world, workflow).map(({ event }) =>
    'attempt' in event ? `${event.type} ${event.task}.${event.attempt}` : event.type,
  );
}

/** An id that falls into a partition. */
export function idIn(partition: number, number = 0): StreamId {
  for (let draw = number * 1_000; ; draw++) {
    const id = `00000000-0000-7000-8000-${String(draw).padStart(12, '0')}` as StreamId;
    if (partitionOf(id, PARTITIONS) === partition) return id;
  }
}
