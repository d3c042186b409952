// What the API answers: the SDK's types, which a spec holds to apps/api/openapi.json, by the words of the console.
import type { DryRun, Problem as WholeProblem, Refusal, WorkflowEvent } from '@orrery/sdk/answers';

export type {
  Compensation as Attempt,
  ConnectedWorker as Worker,
  DeadLetter as DeadLetterDetails,
  DeadLetterSummary as DeadLetter,
  Definition,
  DefinitionSummary,
  Failure,
  Fault,
  Json,
  JsonObject,
  OpenTask,
  Page,
  Queue,
  Task,
  TaskStatus,
  Workflow as Run,
  WorkflowEvent as RunEvent,
  WorkflowPage as RunsPage,
  WorkflowStatus as RunStatus,
  WorkflowSummary as RunSummary,
} from '@orrery/sdk/answers';

/** An event that a command would bring. */
export type WouldBe = DryRun['events'][number];

/** An event as the live feed tells it. */
export interface LiveEvent extends WorkflowEvent {
  /** The run that it is of; null for what is no run's. */
  readonly workflowId: string | null;
}

/** Why something was refused: by the API, or on the way to it. */
export type Problem = Refusal & Partial<Pick<WholeProblem, 'requestId'>>;
