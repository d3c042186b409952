import { command } from '../../kernel/command.js';
import type { WorkflowId } from '../../kernel/ids.js';
import type { Json } from '../../kernel/json.js';
import type { TaskCommand } from '../task/task.commands.js';
import type { DefinitionReference } from './workflow.events.js';

/** What a start says. The definition was resolved to its hash, and is stored, before this is decided. */
export interface Start {
  readonly id: WorkflowId;
  readonly definition: DefinitionReference;
  readonly input: Json;
  readonly labels?: { readonly [key: string]: string };
  readonly priority?: number;
}

export class StartWorkflow extends command('StartWorkflow')<Start> {}
export class CancelWorkflow extends command('CancelWorkflow')<{ reason?: string; compensate?: boolean }> {}
export class PauseWorkflow extends command('PauseWorkflow')<object> {}
export class ResumeWorkflow extends command('ResumeWorkflow')<object> {}
export class RetryWorkflow extends command('RetryWorkflow')<object> {}
/** Sent by the owner when the run's next time has come: whatever is due by now happens. */
export class FireTimers extends command('FireTimers')<object> {}

export type WorkflowCommand =
  TaskCommand | StartWorkflow | CancelWorkflow | PauseWorkflow | ResumeWorkflow | RetryWorkflow | FireTimers;
