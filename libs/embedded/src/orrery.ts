import { PositionTokens } from '@orrery/application';
import { Unavailable, hasEnded, parseStreamId } from '@orrery/domain';
import { Seldom, describeError } from '@orrery/infrastructure';
import type {
  CallOptions,
  Json,
  LiveEvents,
  LiveOptions,
  Log,
  OrreryApi,
  RunEnd,
  StartOptions,
  StartedWorkflow,
  WriteOptions,
} from '@orrery/sdk';
import { STANDARD_ERROR, TaskHandlers, newWorkerId } from '@orrery/sdk/parts';
import { idOf } from './arguments.js';
import { Calls, problemOf } from './calls.js';
import { LocalDefinitions } from './definitions.js';
import { Ends } from './ends.js';
import { localEvents } from './events.js';
import { localHandler } from './handler.js';
import { type OpenEngine, openEngine } from './open-engine.js';
import { type OpenOptions, readOptions } from './open-options.js';
import { Opened } from './opened.js';
import { LocalTasks } from './tasks.js';
import { LocalWorkflows } from './workflows.js';

/** A run that was begun: it resolves with its end, and `started` when its start is recorded. */
export interface Running<Output = Json> extends Promise<RunEnd<Output>> {
  readonly started: Promise<StartedWorkflow>;
}

/**
 * Orrery in this process, over a PostgreSQL: the whole engine, with the handlers of tasks beside it. Handlers are added
 * as to the SDK's worker, and runs are started and looked at as by its client. Processes that open the same database
 * share its work, and take over from each other. It does not listen to signals: whoever does calls `close`.
 */
export class Orrery extends TaskHandlers implements OrreryApi {
  readonly definitions: LocalDefinitions;
  readonly workflows: LocalWorkflows;
  readonly tasks: LocalTasks;
  /** Where the data is kept, if the database is one of our own. */
  readonly dataDirectory: string | null;
  private readonly ends: Ends;

  private constructor(
    private readonly engine: OpenEngine,
    private readonly calls: Calls,
    private readonly opened: Opened,
    private readonly log: Log,
  ) {
    super();
    this.dataDirectory = engine.database.dataDirectory;
    this.definitions = new LocalDefinitions(calls);
    this.workflows = new LocalWorkflows(calls);
    this.tasks = new LocalTasks(calls);
    this.ends = new Ends(calls);
  }

  /**
   * Opens Orrery over a database, whose schema it makes or brings up to date. Resolves when the partitions that are free
   * are taken and their runs are under way. Throws `InvalidConfiguration` for options that make no sense, and an
   * `OrreryProblem` where the database cannot be reached or is not fit to hold the log.
   */
  static async open(options: OpenOptions = {}): Promise<Orrery> {
    const { log = STANDARD_ERROR, workerId = newWorkerId(), ...settings } = readOptions(options);
    const tell = tellTo(log);
    const opened = new Opened(tell);
    try {
      const engine = await openEngine({
        ...settings,
        opened,
        workerId,
        say: (line) => log.info(line),
        onError: tell,
        onWarning: (words) => log.warn(words),
        onLateReport: (error) => log.info(`the end of an attempt came too late: ${problemOf(error).message}`),
      });
      const tokens = await PositionTokens.of(engine.orchestration.ports.log);
      return new Orrery(engine, new Calls(engine.orchestration, tokens), opened, log);
    } catch (error) {
      await opened.close();
      throw problemOf(error);
    }
  }

  /** The position of the newest write that was answered here: a read takes it as `atLeast`. */
  get position(): string | undefined {
    return this.calls.position;
  }

  /** Starts a run and waits for its end, which costs no read: for volume. A run goes on when its signal is aborted. */
  run<Output = Json>(definition: string | object, options: StartOptions & WriteOptions = {}): Running<Output> {
    const started = this.workflows.start(definition, options);
    // Who waits for the end alone is told of a refusal by that.
    started.catch(() => undefined);
    const end = started.then(({ id, status }) => {
      const isNew = options.id === undefined && options.idempotencyKey === undefined && !hasEnded(status);
      return isNew
        ? this.ends.next<Output>(parseStreamId(id)!, options)
        : this.ends.of<Output>(parseStreamId(id)!, options);
    });
    return Object.assign(end, { started });
  }

  /** Waits for the end of a run, whoever started it. */
  waitForEnd<Output = Json>(id: string, options: CallOptions = {}): Promise<RunEnd<Output>> {
    return this.calls.write(() => this.ends.of<Output>(idOf(id), options), options);
  }

  /** Events as they happen, here and in all processes of this database, in the order of the log, each once. */
  events(options: LiveOptions = {}): LiveEvents {
    return localEvents(this.calls, options);
  }

  /**
   * Takes nothing new, waits for the handlers under way, at most `drainMs`, and hands its partitions over. What is still
   * waited for is rejected with `OrreryClosed`. What a handler did not end is done again by whoever is next. A second
   * call waits for the first.
   */
  async close(): Promise<void> {
    // A handler under way may want to start a run, or look at one.
    await this.engine.drain();
    this.calls.close();
    this.ends.close();
    await this.engine.orchestration.live.stop();
    return this.opened.close();
  }

  protected override added(type: string): void {
    const handler = this.handlers.of.bind(this.handlers);
    this.engine.worker.add(type, localHandler(handler, this.log));
  }
}

/** Says what failed that nobody waited for: what passes by itself as a warning, seldom, and anything else as the bug it is. */
function tellTo(log: Log): (error: unknown) => void {
  const seldom = new Seldom();
  return (error) => {
    const { message, stack } = describeError(error);
    if (!(error instanceof Unavailable)) return log.error(stack ?? message);
    seldom.say(message, ({ leftOut = 0 }) => {
      const more = leftOut > 0 ? ` (and so ${leftOut} times more since this was said)` : '';
      log.warn(`${error.code}: ${message}; it is tried again${more}`);
    });
  };
}
