import { Aggregates } from '../kernel/aggregates.js';
import { Follow } from '../kernel/follow.js';
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
import { SendToWorkflowHandler, TryOnWorkflowHandler } from './commands/send-to-workflow.js';
import { SubmitDefinitionHandler } from './commands/submit-definition.js';
import { SubmitWorkflowHandler } from './commands/submit-workflow.js';
import { definitionStreams } from './definition-streams.js';
import { Backlog } from './dispatch/backlog.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { Leases } from './dispatch/leases.js';
import { EngineCommands } from './engine-commands.js';
import { EngineKernel } from './engine-kernel.js';
import { Engine } from './engine.js';
import { Plans } from './plans.js';
import type { DefinitionContents } from './ports/definition-contents.js';
import type { DocumentReader } from './ports/document-reader.js';
import type { ViewReader, ViewWriter } from './ports/runs.js';
import type { WorkerSessions } from './ports/worker-sessions.js';
import { GetDefinitionHandler } from './queries/get-definition.js';
import { GetWorkflowEventsHandler } from './queries/get-workflow-events.js';
import { GetWorkflowResultHandler } from './queries/get-workflow-result.js';
import { GetWorkflowHandler } from './queries/get-workflow.js';
import { ListDefinitionsHandler, ListTasksHandler, ListWorkflowsHandler } from './queries/list-views.js';
import { DispatchQueuedTasks } from './reactions/dispatch-queued-tasks.js';
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
  const { log, checkpoints, ownership, authorize, clock, entropy, partitions, onError } = ports;
  const plans = new Plans(ports.contents);
  const workflows = workflowStreams(plans);
  const definitions = definitionStreams();
  const aggregates = new Aggregates(log, ports.snapshots, clock, partitions);
  const handle = new Handle(aggregates, log, ownership, authorize, clock, entropy);
  const takeSnapshots = new TakeSnapshots(ports.snapshots, clock, onError);
  handle.onCommitted((aggregate) => takeSnapshots.committed(aggregate));
  const kernel = new EngineKernel(
    handle,
    aggregates,
    workflows,
    definitions,
    plans,
    ports.contents,
    ports.documents,
    authorize,
    ownership,
    clock,
    entropy,
    partitions,
  );
  const commands = new EngineCommands(handle, workflows, clock, onError);
  const dispatcher = new Dispatcher(new Backlog(), new Leases(), aggregates, commands, workflows, clock, entropy);
  const dispatch = new DispatchQueuedTasks(dispatcher, commands, clock);
  const timers = new RunTimers(commands, aggregates, clock);
  const follow = new Follow(new KeepViews(ports.viewWriter, plans), log, checkpoints, clock, onError);
  const changes = new Changes(clock);
  const runs = new RunReader(log, plans);
  const engine = new Engine({
    kernel,
    log,
    checkpoints,
    views: ports.viewWriter,
    sessions: ports.sessions,
    follow,
    dispatcher,
    dispatch,
    timers,
    commands,
    changes,
    clock,
    onError,
  });
  const commandHandlers = [
    new SubmitDefinitionHandler(kernel),
    new SubmitWorkflowHandler(kernel),
    new SendToWorkflowHandler(kernel),
    new TryOnWorkflowHandler(kernel),
  ];
  const queryHandlers = [
    new GetDefinitionHandler(kernel),
    new GetWorkflowHandler(runs, authorize),
    new GetWorkflowResultHandler(runs, changes, clock, authorize),
    new GetWorkflowEventsHandler(runs, changes, clock, authorize, partitions),
    new ListWorkflowsHandler(ports.viewReader, clock, authorize),
    new ListTasksHandler(ports.viewReader, clock, authorize),
    new ListDefinitionsHandler(ports.viewReader, clock, authorize),
  ];
  return { engine, kernel, dispatcher, follow, timers, runs, changes, commandHandlers, queryHandlers, ports };
}
