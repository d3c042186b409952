import type { Upcasters } from '../kernel/upcast.js';
import type { DeadLetterEvent } from '../messaging/dead-letter/dead-letter.events.js';
import type { DefinitionEvent } from './definition/definition.events.js';
import type { WorkflowEvent } from './workflow/workflow.events.js';

/** Every event that may stand in the log, of this context or another, and how those of older schemas are read. */
export const UPCASTERS: Upcasters<WorkflowEvent | DefinitionEvent | DeadLetterEvent> = {
  WorkflowStarted: [],
  TaskQueued: [],
  TaskStarted: [],
  TaskCompleted: [],
  TaskFailed: [],
  TaskSkipped: [],
  TaskWithdrawn: [],
  TaskExpanded: [],
  TaskCollected: [],
  SignalReceived: [],
  WorkflowStopped: [],
  CompensationStarted: [],
  WorkflowPaused: [],
  WorkflowResumed: [],
  WorkflowRetried: [],
  WorkflowCompleted: [],
  WorkflowFailed: [],
  WorkflowCompensated: [],
  WorkflowCancelled: [],
  WorkflowDeleted: [],
  DefinitionRegistered: [],
  DeadLetterRecorded: [],
  DeadLetterReturned: [],
  DeadLetterRedriven: [],
  DeadLetterDropped: [],
};
