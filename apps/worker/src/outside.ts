import { TaskError, type TaskHandler as LocalHandler } from '@orrery/application';
import { DEFAULT_NAMESPACE, type TaskId, parseTaskId } from '@orrery/domain';
import { TaskFailed, type TaskHandler } from '@orrery/sdk';

/** A handler as the engine's own process runs it, for a worker outside: the same work, the same failures. */
export function outside(handler: LocalHandler): TaskHandler {
  return async (input, { task, signal, deadline, heartbeat }) => {
    const { workflow: workflowId, ordinal } = parseTaskId(task.id)!;
    const ids = { id: task.id as TaskId, workflowId, ordinal, namespace: DEFAULT_NAMESPACE };
    const handed = { ...task, ...ids, input, deadline: deadline?.getTime() ?? null };
    try {
      return await handler(input, { task: handed, signal, heartbeat });
    } catch (error) {
      if (error instanceof TaskError) throw new TaskFailed(error.message, { code: error.code, ...error.options });
      throw error;
    }
  };
}
