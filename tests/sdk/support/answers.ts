import type {
  ConnectedWorker,
  DeadLetters,
  Definitions,
  LeasedTask,
  LiveEvent,
  OrreryClient,
  Page,
  Queue,
  Readiness,
  ReportAnswer,
  Tasks,
  Workflows,
} from '@orrery/sdk';

type AnswerOf<Method extends (...given: never[]) => unknown> = Awaited<ReturnType<Method>>;
type Tried = AnswerOf<Workflows['dryRun']>;
type CommandAnswer = AnswerOf<Workflows['cancel']> | Tried;

/** What the client says that each operation answers, by the operation's id. */
export interface AnswersOfClient {
  registerDefinition: AnswerOf<Definitions['register']> | AnswerOf<Definitions['dryRun']>;
  validateDefinition: AnswerOf<Definitions['validate']>;
  listDefinitions: AnswerOf<Definitions['list']>;
  getDefinition: AnswerOf<Definitions['get']>;
  getDefinitionVersion: AnswerOf<Definitions['get']>;
  startWorkflow: AnswerOf<Workflows['start']> | Tried;
  startWorkflows: AnswerOf<Workflows['startMany']> | AnswerOf<Workflows['dryRunStartMany']>;
  listWorkflows: AnswerOf<Workflows['list']>;
  getWorkflow: AnswerOf<Workflows['get']>;
  getWorkflowResult: AnswerOf<Workflows['result']>;
  getWorkflowEvents: AnswerOf<Workflows['events']>;
  cancelWorkflow: CommandAnswer;
  pauseWorkflow: CommandAnswer;
  resumeWorkflow: CommandAnswer;
  retryWorkflow: CommandAnswer;
  signalWorkflow: CommandAnswer;
  deleteWorkflow: CommandAnswer;
  followEvents: LiveEvent;
  listTasks: AnswerOf<Tasks['list']>;
  pollTasks: { readonly tasks: readonly LeasedTask[] };
  reportResults: { readonly results: readonly ReportAnswer[] };
  completeTask: AnswerOf<Tasks['complete']>;
  failTask: AnswerOf<Tasks['fail']>;
  heartbeatTask: AnswerOf<Tasks['heartbeat']>;
  listDeadLetters: AnswerOf<DeadLetters['list']>;
  getDeadLetter: AnswerOf<DeadLetters['get']>;
  redriveDeadLetter: CommandAnswer;
  dropDeadLetter: CommandAnswer;
  live: Readiness;
  ready: AnswerOf<OrreryClient['readiness']>;
  startup: Readiness;
  health: AnswerOf<OrreryClient['health']>;
  getLimits: { readonly limits: AnswerOf<OrreryClient['limits']> };
  listWorkers: Page<ConnectedWorker>;
  listQueues: Page<Queue>;
  explainProblem: AnswerOf<OrreryClient['explain']>;
}
