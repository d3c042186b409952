import type { Upcasters } from '../kernel/upcast.js';
import type { DefinitionEvent } from './definition/definition.events.js';
import type { WorkflowEvent } from './workflow/workflow.events.js';

/** Every event of this context, and how those of its older schemas are read. */
export const UPCASTERS: Upcasters<WorkflowEvent | DefinitionEvent> = {
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
};
