import { Aggregates } from '../kernel/aggregates.js';
import { following } from '../kernel/follow-shards.js';
import { Follow } from '../kernel/follow.js';
import { HandedOver } from '../kernel/handed-over.js';
import { Handle } from '../kernel/handle.js';
import { PerShard } from '../kernel/per-shard.js';
import type { Authorize } from '../kernel/ports/authorize.js';
import type { Checkpoints } from '../kernel/ports/checkpoints.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { Entropy } from '../kernel/ports/entropy.js';
import type { Log, StreamReader } from '../kernel/ports/log.js';
import type { Ownership } from '../kernel/ports/ownership.js';
import type { Snapshots } from '../kernel/ports/snapshots.js';
import { TakeSnapshots } from '../kernel/take-snapshots.js';
import { Changes } from './changes.js';
import { ChildRuns } from './child-runs.js';
import { SendToWorkflowHandler, TryOnWorkflowHandler } from './commands/send-to-workflow.js';
import { SubmitDefinitionHandler, TryDefinitionHandler } from './commands/submit-definition.js';
import { SubmitDeletionHandler } from './commands/submit-deletion.js';
import { RunStarts } from './commands/run-starts.js';
import { SubmitWorkflowHandler, TryWorkflowHandler } from './commands/submit-workflow.js';
import { SubmitWorkflowsHandler, TryWorkflowsHandler } from './commands/submit-workflows.js';
import { definitionStreams } from './definition-streams.js';
import { Backlog } from './dispatch/backlog.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { Leases } from './dispatch/leases.js';
import { ShareTasks } from './dispatch/share-tasks.js';
import { Standings } from './dispatch/standings.js';
import { EngineCommands, type RunAddress } from './engine-commands.js';
import { type EngineKernel, engineKernel } from './engine-kernel.js';
import { Engine, type Publishing } from './engine.js';
import { type Folding, followViews } from './follow-views.js';
import { listenWhenAsked } from './listen-when-asked.js';
import { LiveFeed } from './live/live-feed.js';
import { Plans } from './plans.js';
import type { ChangeFanOut } from './ports/change-fan-out.js';
import type { DefinitionContents } from './ports/definition-contents.js';
import type { DocumentReader } from './ports/document-reader.js';
import type { EventExchange } from './ports/event-exchange.js';
import type { InputSchemas } from './ports/input-schemas.js';
import type { ViewReader, ViewWriter } from './ports/runs.js';
import type { TaskOffers } from './ports/task-offers.js';
import type { WorkerSessions } from './ports/worker-sessions.js';
import { GetDefinitionHandler } from './queries/get-definition.js';
import { GetWorkflowEventsHandler } from './queries/get-workflow-events.js';
import { GetWorkflowResultHandler } from './queries/get-workflow-result.js';
import { GetWorkflowHandler } from './queries/get-workflow.js';
import { GetTaskHandler, GetWorkflowsHandler } from './queries/get-workflows.js';
import { ListDefinitionsHandler, ListTasksHandler, ListWorkflowsHandler } from './queries/list-views.js';
import { ValidateDefinitionHandler } from './queries/validate-definition.js';
import { DispatchQueuedTasks } from './reactions/dispatch-queued-tasks.js';
import { LinkChildRuns } from './reactions/link-child-runs.js';
import { PublishEvents } from './reactions/publish-events.js';
import { RunEndings, mayBeEnd } from './run-endings.js';
import { DeleteOldRuns } from './timers/delete-old-runs.js';
import { ForgetDeletedRuns } from './timers/forget-deleted-runs.js';
import { type Chore, Housekeeping } from './timers/housekeeping.js';
import { RunTimers } from './timers/run-timers.js';
import { RunReader } from './views/run-reader.js';
import { RunSentences } from './views/run-sentences.js';
import { workflowStreams } from './workflow-streams.js';

/** What the context needs from outside. */
export interface OrchestrationPorts {
  readonly log: Log;
  /** Where queries read single runs: the log, if nothing is given. */
  readonly copies?: StreamReader;
  readonly checkpoints: Checkpoints;
  readonly snapshots: Snapshots;
  readonly viewWriter: ViewWriter;
  readonly viewReader: ViewReader;
  readonly contents: DefinitionContents;
  readonly sessions: WorkerSessions;
  readonly offers: TaskOffers;
  readonly documents: DocumentReader;
  readonly inputSchemas: InputSchemas;
  readonly ownership: Ownership;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Where events are told outside, if anybody is to hear of them. */
  readonly exchange?: EventExchange;
  /** Where other processes hear of what commits here, so that they need not look; they do without it. */
  readonly fanOut?: ChangeFanOut;
  /** How many partitions the installation was made with. */
  readonly partitions: number;
  /** How long runs are kept that nobody needs any more; what is not given keeps its default. */
  readonly keeping?: Partial<Keeping>;
  /** A bug, or something that passes by itself and should be known: it is logged. */
  readonly onError: (error: unknown) => void;
}

/** How long what is over is kept, in milliseconds. */
export interface Keeping {
  /** Ended runs, counted from their end; null is for ever. */
  readonly endedRunsMs: number | null;
  /** The events of deleted runs, counted from the deletion: whoever follows the log has that long to read them. */
  readonly deletedRunsMs: number;
}

/** How many commits wait in memory to be told outside: while a broker is away, the rest is left to the log. */
const PUBLISHED_AT_ONCE = 10_000;

const KEEPING: Keeping = { endedRunsMs: null, deletedRunsMs: 7 * 24 * 3_600_000 };

/** The table of contents of the context: its streams, reactions, timers, views, commands and queries, wired. */
export function assembleOrchestration(ports: OrchestrationPorts) {
  const { log, checkpoints, authorize, clock, entropy, onError } = ports;
  const kernel = kernelOf(ports);
  const { handle, aggregates, workflows, plans } = kernel;
  const commands = new EngineCommands(handle, workflows, clock, onError);
  const dispatcher = new Dispatcher(new Backlog(), new Leases(), aggregates, commands, workflows, clock, entropy);
  const dispatch = new DispatchQueuedTasks(dispatcher, commands, clock);
  const timers = new RunTimers(commands, aggregates, clock);
  const takeSnapshots = new TakeSnapshots(ports.snapshots, clock, onError);
  const listen = listenWhenAsked(ports.fanOut, (key, mayBeEnd) => {
    changes.tell(key, mayBeEnd);
    if (mayBeEnd) endings.missed(key);
    live.poke();
  });
  const live = new LiveFeed({ log, plans, clock, authorize, listen, turn: turnsOf(clock), onError });
  const changes = new Changes(clock, listen);
  const runs = new RunReader(log, plans);
  const shownRuns = ports.copies ? new RunReader(ports.copies, plans) : runs;
  const children = new ChildRuns(kernel, commands, runs, onError);
  const links = new LinkChildRuns(children, kernel, onError);
  const followers = followersOf(ports, { children, plans, runs, turn: turnsOf(clock) });
  const starts = new RunStarts(kernel, runs);
  const endings = new RunEndings(runs, clock, onError, listen);
  const parts = { log, checkpoints, views: ports.viewWriter, sessions: ports.sessions, endings, clock, onError };
  const share = sharing(ports, kernel, dispatcher, commands);
  const reacting = { dispatcher, share, dispatch, links, timers };
  const housekeeping = housekeepingOf(ports, commands);
  const engine = new Engine({ ...parts, ...reacting, ...followers, kernel, commands, changes, housekeeping });
  handle.onCommitted((aggregate, events) => {
    takeSnapshots.committed(aggregate);
    endings.committed(aggregate.key, events);
    ports.fanOut?.tell(aggregate.key, mayBeEnd(events));
    live.poke();
  });
  const commandHandlers = commandHandlersOf(kernel, runs, starts);
  const standings = new Standings(dispatcher, ports.sessions, ports.offers, clock);
  const sentences = new RunSentences(shownRuns, standings);
  const queryHandlers = {
    validateDefinition: new ValidateDefinitionHandler(kernel),
    getDefinition: new GetDefinitionHandler(kernel),
    getWorkflow: new GetWorkflowHandler(shownRuns, standings, authorize),
    getWorkflows: new GetWorkflowsHandler(shownRuns, standings, authorize),
    getTask: new GetTaskHandler(shownRuns, standings, authorize),
    getWorkflowResult: new GetWorkflowResultHandler(shownRuns, changes, clock, authorize),
    getWorkflowEvents: new GetWorkflowEventsHandler(shownRuns, changes, clock, authorize),
    listWorkflows: new ListWorkflowsHandler(ports.viewReader, clock, authorize, ports.partitions, sentences),
    listTasks: new ListTasksHandler(ports.viewReader, clock, authorize, ports.partitions),
    listDefinitions: new ListDefinitionsHandler(ports.viewReader, clock, authorize, ports.partitions),
  };
  const shown = { runs, changes, endings, live, commandHandlers, queryHandlers };
  return { engine, kernel, dispatcher, share, children, timers, ...followers, ...shown, ports };
}

/** What changes anything, by the command. */
function commandHandlersOf(kernel: EngineKernel, runs: RunReader, starts: RunStarts) {
  return {
    submitDefinition: new SubmitDefinitionHandler(kernel),
    submitWorkflow: new SubmitWorkflowHandler(kernel, starts),
    submitWorkflows: new SubmitWorkflowsHandler(kernel, starts, runs),
    submitDeletion: new SubmitDeletionHandler(kernel, runs),
    sendToWorkflow: new SendToWorkflowHandler(kernel),
    tryDefinition: new TryDefinitionHandler(kernel),
    tryWorkflow: new TryWorkflowHandler(kernel, starts),
    tryWorkflows: new TryWorkflowsHandler(kernel, starts, runs),
    tryOnWorkflow: new TryOnWorkflowHandler(kernel),
  };
}

/** Who follows the log, or each of those that it is made of. */
function followersOf(ports: OrchestrationPorts, folding: Folding) {
  const logs = new PerShard(ports.log, (log) => followViews({ ...ports, log }, folding));
  const follow = following(
    ports.log,
    logs.all.map((each) => each.follow),
  );
  return { logs, follow, publishing: publishingOf(ports, folding.plans) };
}

/** What waits until others have had their turn. */
function turnsOf(clock: Clock): () => Promise<void> {
  return () => new Promise((resolve) => clock.soon(resolve));
}

/** Events go out by a follower of their own: who hears of them is waited for, and holds nothing else up. */
function publishingOf(
  { exchange, log, checkpoints, clock, onError }: OrchestrationPorts,
  plans: Plans,
): Publishing | undefined {
  if (!exchange) return undefined;
  const publish = () => new PublishEvents(exchange, checkpoints, log, plans, turnsOf(clock));
  const logs = new PerShard(log, (each) => {
    const handedOver = new HandedOver(PUBLISHED_AT_ONCE);
    return { handedOver, follow: new Follow(publish(), each, checkpoints, clock, onError, handedOver) };
  });
  const follow = following(
    log,
    logs.all.map((each) => each.follow),
  );
  return { exchange, logs, follow };
}

function sharing(
  { offers, ownership, clock, partitions, onError }: OrchestrationPorts,
  { aggregates }: EngineKernel,
  dispatcher: Dispatcher,
  commands: EngineCommands,
): ShareTasks {
  const partitionOf = ({ namespace, workflow: stream }: RunAddress) => aggregates.partitionOf({ namespace, stream });
  return new ShareTasks({ offers, dispatcher, commands, ownership, clock, partitions, partitionOf, onError });
}

function housekeepingOf(ports: OrchestrationPorts, commands: EngineCommands): Housekeeping {
  const { log, snapshots, checkpoints, viewWriter: views, ownership, clock, onError } = ports;
  const { endedRunsMs, deletedRunsMs } = { ...KEEPING, ...ports.keeping };
  const chores: Chore[] = [new ForgetDeletedRuns({ views, log, snapshots, checkpoints }, clock, deletedRunsMs)];
  if (endedRunsMs !== null) chores.unshift(new DeleteOldRuns(views, commands, clock, endedRunsMs));
  return new Housekeeping(chores, ownership, clock, onError);
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
