export type { BrokerOptions } from './broker/broker-session.js';
export type * from './client/answers.js';
export type * from './client/dead-letter-answers.js';
export type { DeadLetterCommand, DeadLetterFilter, DeadLetters } from './client/dead-letters.js';
export type { Definitions, DefinitionSource } from './client/definitions.js';
export type { CallOptions, ConnectionOptions } from './client/http-connection.js';
export type * from './client/operation-answers.js';
export { OrreryClient } from './client/orrery-client.js';
export type { OrreryApi } from './client/orrery-api.js';
export type { LabelFilter, ListOptions, ReadOptions } from './client/paging.js';
export type { EventsOptions, WaitOptions, WorkflowReadOptions } from './client/run-watch.js';
export type * from './client/task-answers.js';
export type { HeldAttempt, PollRequest, Report, ReportedError, TaskFilter, Tasks } from './client/tasks.js';
export type * from './client/workflows.js';
export type { CommandOptions, WriteOptions } from './client/writing.js';
export { type Fault, OrreryProblem, OrreryTimeout, OrreryUnreachable, type Problem, type Refusal } from './errors.js';
export { NotJson } from './checked-json.js';
export type { Json, JsonObject } from './json.js';
export type { LiveEvents, LiveFilter, LiveOptions } from './live/live-events.js';
export type { RunEnd } from './session/awaited-ends.js';
export { ClientSession, type SessionOptions } from './session/client-session.js';
export type { Compensation as TaskCompensation, TaskHandlers, TaskOptions } from './worker/handlers.js';
export type { FromJsonSchema, JsonSchema } from './json-schema.js';
export type { Log } from './worker/log.js';
export type { InputOf, InputSchema } from './worker/schemas.js';
export type { StandardSchema } from './worker/standard-schema.js';
export type { TaskContext, TaskHandler } from './worker/task-context.js';
export { NonRetryable, RetryAfter, TaskFailed, type TaskFailedOptions } from './worker/task-errors.js';
export { Worker, type WorkerOptions, WorkerRefused, worker } from './worker/worker.js';
export {
  type Compensate,
  type Dependency,
  type HttpInput,
  type HttpOutput,
  type ItemSpec,
  type TaskRef,
  type TaskSpec,
  WorkflowBuilder,
  defineWorkflow,
} from './definition/define-workflow.js';
export type * from './definition/document.js';
export { type Expression, type Reference, type Template, cel, literal } from './definition/expressions.js';
export { toYaml } from './definition/yaml.js';
