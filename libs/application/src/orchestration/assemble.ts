import { Aggregates } from '../kernel/aggregates.js';
import { Follow } from '../kernel/follow.js';
import { HandedOver } from '../kernel/handed-over.js';
import { Handle } from '../kernel/handle.js';
import type { Authorize } from '../kernel/ports/authorize.js';
import type { Checkpoints } from '../kernel/ports/checkpoints.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { Entropy } from '../kernel/ports/entropy.js';
import type { Log } from '../kernel/ports/log.js';
import type { Ownership } from '../kernel/ports/ownership.js';
import type { Snapshots } from '../kernel/ports/snapshots.js';
import { TakeSnapshots } from '../kernel/take-snapshots.js';
import { Changes } from './changes.js';
import { ChildRuns } from './child-runs.js';
import { SendToWorkflowHandler, TryOnWorkflowHandler } from './commands/send-to-workflow.js';
import { SubmitDefinitionHandler } from './commands/submit-definition.js';
import { RunStarts } from './commands/run-starts.js';
import { SubmitWorkflowHandler } from './commands/submit-workflow.js';
import { SubmitWorkflowsHandler } from './commands/submit-workflows.js';
import { definitionStreams } from './definition-streams.js';
import { Backlog } from './dispatch/backlog.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { Leases } from './dispatch/leases.js';
import { EngineCommands } from './engine-commands.js';
import { type EngineKernel, engineKernel } from './engine-kernel.js';
import { Engine } from './engine.js';
import { Plans } from './plans.js';
import type { DefinitionContents } from './ports/definition-contents.js';
import type { DocumentReader } from './ports/document-reader.js';
import type { InputSchemas } from './ports/input-schemas.js';
import type { ViewReader, ViewWriter } from './ports/runs.js';
import type { WorkerSessions } from './ports/worker-sessions.js';
import { GetDefinitionHandler } from './queries/get-definition.js';
import { GetWorkflowEventsHandler } from './queries/get-workflow-events.js';
import { GetWorkflowResultHandler } from './queries/get-workflow-result.js';
import { GetWorkflowHandler } from './queries/get-workflow.js';
import { ListDefinitionsHandler, ListTasksHandler, ListWorkflowsHandler } from './queries/list-views.js';
import { ValidateDefinitionHandler } from './queries/validate-definition.js';
import { DispatchQueuedTasks } from './reactions/dispatch-queued-tasks.js';
import { LinkChildRuns } from './reactions/link-child-runs.js';
import { WatchForeignCommits } from './reactions/watch-foreign-commits.js';
import { RunEndings } from './run-endings.js';
import { RunTimers } from './timers/run-timers.js';
import { KeepViews } from './views/keep-views.js';
import { RunReader } from './views/run-reader.js';
import { workflowStreams } from './workflow-streams.js';

/** What the context needs from outside. */
export interface OrchestrationPorts {
  readonly log: Log;
  readonly checkpoints: Checkpoints;
  readonly snapshots: Snapshots;
  readonly viewWriter: ViewWriter;
  readonly viewReader: ViewReader;
  readonly contents: DefinitionContents;
  readonly sessions: WorkerSessions;
  readonly documents: DocumentReader;
  readonly inputSchemas: InputSchemas;
  readonly ownership: Ownership;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** How many partitions the installation was made with. */
  readonly partitions: number;
  /** A bug, or something that passes by itself and should be known: it is logged. */
  readonly onError: (error: unknown) => void;
}

export type Orchestration = ReturnType<typeof assemble>;

/** The table of contents of the context: its streams, reactions, timers, views, commands and queries, wired. */
export function assemble(ports: OrchestrationPorts) {
  const { log, checkpoints, authorize, clock, entropy, onError } = ports;
  const kernel = kernelOf(ports);
  const { handle, aggregates, workflows, plans } = kernel;
  const commands = new EngineCommands(handle, workflows, clock, onError);
  const dispatcher = new Dispatcher(new Backlog(), new Leases(), aggregates, commands, workflows, clock, entropy);
  const dispatch = new DispatchQueuedTasks(dispatcher, commands, clock);
  const timers = new RunTimers(commands, aggregates, clock);
  const takeSnapshots = new TakeSnapshots(ports.snapshots, clock, onError);
  const changes = new Changes(clock);
  const runs = new RunReader(log, plans);
  const children = new ChildRuns(kernel, commands, runs, onError);
  const links = new LinkChildRuns(children, kernel, onError);
  const foreign = new WatchForeignCommits(new KeepViews(ports.viewWriter, plans), children);
  const handedOver = new HandedOver();
  const follow = new Follow(foreign, log, checkpoints, clock, onError, handedOver);
  const starts = new RunStarts(kernel, runs);
  const endings = new RunEndings(runs, onError);
  const parts = { log, checkpoints, views: ports.viewWriter, sessions: ports.sessions, endings, clock, onError };
  const reacting = { dispatcher, dispatch, links, timers };
  const engine = new Engine({ ...parts, ...reacting, kernel, follow, foreign, handedOver, commands, changes });
  handle.onCommitted((aggregate, events) => {
    takeSnapshots.committed(aggregate);
    endings.committed(aggregate.key, events);
  });
  const commandHandlers = {
    submitDefinition: new SubmitDefinitionHandler(kernel),
    submitWorkflow: new SubmitWorkflowHandler(kernel, starts),
    submitWorkflows: new SubmitWorkflowsHandler(kernel, starts, runs),
    sendToWorkflow: new SendToWorkflowHandler(kernel),
    tryOnWorkflow: new TryOnWorkflowHandler(kernel),
  };
  const queryHandlers = {
    validateDefinition: new ValidateDefinitionHandler(kernel),
    getDefinition: new GetDefinitionHandler(kernel),
    getWorkflow: new GetWorkflowHandler(runs, authorize),
    getWorkflowResult: new GetWorkflowResultHandler(runs, changes, clock, authorize),
    getWorkflowEvents: new GetWorkflowEventsHandler(runs, changes, clock, authorize),
    listWorkflows: new ListWorkflowsHandler(ports.viewReader, clock, authorize),
    listTasks: new ListTasksHandler(ports.viewReader, clock, authorize),
    listDefinitions: new ListDefinitionsHandler(ports.viewReader, clock, authorize),
  };
  const shown = { runs, changes, endings, commandHandlers, queryHandlers };
  return { engine, kernel, dispatcher, children, follow, timers, ...shown, ports };
}

function kernelOf(ports: OrchestrationPorts): EngineKernel {
  const { log, snapshots, ownership, authorize, clock, entropy, partitions, contents, documents, inputSchemas } = ports;
  const plans = new Plans(contents);
  const aggregates = new Aggregates(log, snapshots, clock, partitions);
  const handle = new Handle(aggregates, log, ownership, authorize, clock, entropy);
  const streams = { workflows: workflowStreams(plans), definitions: definitionStreams() };
  const outside = { contents, documents, inputSchemas, authorize, ownership, clock, entropy, partitions };
  return engineKernel({ ...outside, ...streams, handle, aggregates, plans });
}
