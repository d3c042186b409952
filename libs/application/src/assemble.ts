import { assembleMessaging } from './messaging/assemble-messaging.js';
import type { DeadLetterList } from './messaging/ports/dead-letter-list.js';
import { type OrchestrationPorts as Ports, assembleOrchestration } from './orchestration/assemble.js';
import type { ViewReader } from './orchestration/ports/runs.js';

/** What the contexts need from outside. */
export interface OrchestrationPorts extends Ports {
  /** All lists are read from one place. */
  readonly viewReader: ViewReader & DeadLetterList;
}

export type Orchestration = ReturnType<typeof assemble>;

/** The contexts, wired: what one process has of them. */
export function assemble(ports: OrchestrationPorts) {
  const orchestration = assembleOrchestration(ports);
  const { log, viewReader: list, partitions } = ports;
  const messaging = assembleMessaging(orchestration.kernel, { log, list, partitions });
  return {
    ...orchestration,
    commandHandlers: { ...orchestration.commandHandlers, ...messaging.commandHandlers },
    queryHandlers: { ...orchestration.queryHandlers, ...messaging.queryHandlers },
    ports,
  };
}
