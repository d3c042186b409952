import { command } from '../../kernel/command.js';
import type { WorkflowId } from '../../kernel/ids.js';
import type { Json } from '../../kernel/json.js';
import type { TaskCommand } from '../task/task.commands.js';
import type { DefinitionReference, Parent } from './workflow.events.js';

/** What a start says. The definition was resolved to its hash, and is stored, before this is decided. */
export interface Start {
  readonly id: WorkflowId;
  readonly definition: DefinitionReference;
  readonly input: Json;
  readonly labels?: { readonly [key: string]: string };
  readonly priority?: number;
  readonly parent?: Parent;
}

export class StartWorkflow extends command('StartWorkflow')<Start> {}
export class CancelWorkflow extends command('CancelWorkflow')<{ reason?: string; compensate?: boolean }> {}
/** Sent to a child by its parent's owner, a pause is not ended by anybody's pause of its own, nor ends one. */
export class PauseWorkflow extends command('PauseWorkflow')<{ by?: 'parent' }> {}
export class ResumeWorkflow extends command('ResumeWorkflow')<{ by?: 'parent' }> {}
export class RetryWorkflow extends command('RetryWorkflow')<object> {}
/** Removes an ended run for good: what it was is forgotten, and its id never begins another. */
export class DeleteWorkflow extends command('DeleteWorkflow')<object> {}
/** The payload was checked by the schema of the signal before this is decided. */
export class SignalWorkflow extends command('SignalWorkflow')<{ name: string; payload: Json }> {}
/** Sent by the owner when the run's next time has come: whatever is due by now happens. */
export class FireTimers extends command('FireTimers')<object> {}

export type WorkflowCommand =
  | TaskCommand
  | StartWorkflow
  | CancelWorkflow
  | PauseWorkflow
  | ResumeWorkflow
  | RetryWorkflow
  | DeleteWorkflow
  | SignalWorkflow
  | FireTimers;
