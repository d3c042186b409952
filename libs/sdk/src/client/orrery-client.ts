import type { Page } from './answers.js';
import { ClientSession, type SessionOptions } from '../session/client-session.js';
import { LiveEvents, type LiveOptions } from '../live/live-events.js';
import { openEventStream } from '../live/event-stream.js';
import { DeadLetters } from './dead-letters.js';
import { Definitions } from './definitions.js';
import type { OrreryApi } from './orrery-api.js';
import { type CallOptions, type ConnectionOptions, HttpConnection } from './http-connection.js';
import type { ConnectedWorker, ExplainedProblem, Health, Queue, Readiness } from './operation-answers.js';
import { Tasks } from './tasks.js';
import { Workflows } from './workflows.js';

/** A server that is not ready, or not well, says so with this status. */
const NOT_NOW = 503;

/** A client of the API over HTTP. It holds nothing that would have to be closed, but what it follows. */
export class OrreryClient implements OrreryApi {
  readonly definitions: Definitions;
  readonly workflows: Workflows;
  readonly tasks: Tasks;
  readonly deadLetters: DeadLetters;
  private readonly http: HttpConnection;

  constructor(private readonly options: ConnectionOptions = {}) {
    this.http = new HttpConnection(options);
    this.definitions = new Definitions(this.http);
    this.workflows = new Workflows(this.http);
    this.tasks = new Tasks(this.http);
    this.deadLetters = new DeadLetters(this.http);
  }

  /** Where the server is. */
  get url(): string {
    return this.http.url;
  }

  /** The position of the newest write of this client that was answered: a read takes it as `atLeast`. */
  get position(): string | undefined {
    return this.http.position;
  }

  /** Events as they happen, in the order of the log: each once, also when the connection was lost between two of them. */
  events({ after, signal, awayForMs, ...filter }: LiveOptions = {}): LiveEvents {
    const open = (from: string | undefined, until: AbortSignal) => openEventStream(this.http, filter, from, until);
    return new LiveEvents(open, { after, signal, awayForMs });
  }

  /** Opens a connection for volume: starts, commands and the ends of runs, many at a time. It is closed by `close`. */
  session(options: Pick<SessionOptions, 'awayForMs'> = {}): ClientSession {
    return new ClientSession({ url: this.url, headers: this.options.headers, ...options });
  }

  /** The workers that were seen within a lease. */
  async workers(options: CallOptions = {}): Promise<readonly ConnectedWorker[]> {
    return (await this.get<Page<ConnectedWorker>>('/workers', options)).items;
  }

  /** What waits for a worker, by task type. */
  async queues(options: CallOptions = {}): Promise<readonly Queue[]> {
    return (await this.get<Page<Queue>>('/queues', options)).items;
  }

  /** Every limit with its name and value. */
  async limits(options: CallOptions = {}): Promise<{ readonly [name: string]: number }> {
    return (await this.get<{ readonly limits: { readonly [name: string]: number } }>('/limits', options)).limits;
  }

  /** How the system is; one that does not work says so too, and is not an error. */
  health(options: CallOptions = {}): Promise<Health> {
    return this.get('/health', { ...options, answers: [NOT_NOW] });
  }

  /** Whether requests should come here, and why not. */
  readiness(options: CallOptions = {}): Promise<Readiness> {
    return this.get('/readyz', { ...options, query: { verbose: true }, answers: [NOT_NOW] });
  }

  /** What the code of a problem means, and what can be done. */
  explain(code: string, options: CallOptions = {}): Promise<ExplainedProblem> {
    return this.get(`/problems/${encodeURIComponent(code)}`, options);
  }

  private get<Answer>(path: string, more: CallOptions & { answers?: number[]; query?: { verbose: true } }) {
    return this.http.send<Answer>({ method: 'GET', path, ...more });
  }
}
