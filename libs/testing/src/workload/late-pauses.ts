import { type Commit, commandsOf } from '@orrery/application';
import type { WorkflowEvent } from '@orrery/domain';
import { commandId } from '../checks/check-intents.js';
import type { Intent } from '../world/sim-client.js';

const MOVES: readonly string[] = ['WorkflowPaused', 'WorkflowResumed'];

/**
 * The clients' pauses that hold runs up though they were answered before. Each found its run paused already, and a
 * command that changes nothing leaves no trace; a copy of it lay in an engine that stood still, and came after a resume.
 */
export function latePauses(streams: readonly (readonly Commit[])[], intents: readonly Intent[]): readonly Intent[] {
  const pauses = new Map(intents.filter(({ kind }) => kind === 'PauseWorkflow').map((each) => [commandId(each), each]));
  return streams.flatMap((commits) => {
    const commands = commits.flatMap((commit) => commandsOf<WorkflowEvent>(commit));
    const last = commands.findLast(({ events }) => events.some(({ event }) => MOVES.includes(event.type)));
    const pause = last && pauses.get(last.entry.id ?? '');
    const answered = pause?.answers[0];
    return answered && answered.version < last!.version ? [pause] : [];
  });
}
