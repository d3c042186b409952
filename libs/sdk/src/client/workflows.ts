import type { Json } from '../json.js';
import type {
  CommandAnswer,
  DryRun,
  StartedBatch,
  TriedBatch,
  StartedWorkflow,
  Workflow,
  WorkflowPage,
  WorkflowStatus,
  WorkflowSummary,
} from './answers.js';
import type { CallOptions, HttpConnection, HttpRequest } from './http-connection.js';
import { type LabelFilter, type ListOptions, allItems, labelTexts, readHeaders } from './paging.js';
import { type Question, RunWatch, type WorkflowReadOptions } from './run-watch.js';
import { type CommandOptions, type WriteOptions, writeHeaders } from './writing.js';

/** What a run is started with, besides its definition. */
export interface StartOptions {
  /** A UUID. A start with an id of its own may be sent again: it starts once. */
  readonly id?: string;
  readonly input?: Json;
  readonly labels?: { readonly [name: string]: string };
  /** 0 to 9; 1 if it is not said. */
  readonly priority?: number;
}

/** One of many starts. */
export interface StartItem extends StartOptions {
  /** A name, `name@version`, or a whole definition. */
  readonly definition: string | object;
}

/** Which runs are listed. */
export interface WorkflowFilter {
  readonly status?: WorkflowStatus | readonly WorkflowStatus[];
  /** The name of a definition. */
  readonly definition?: string;
  readonly labels?: LabelFilter;
  /** Words, each of which begins one of the definition's name, of a label or of the error; or how the id begins. */
  readonly q?: string;
  readonly startedAfter?: Date | string;
  readonly startedBefore?: Date | string;
  readonly endedBefore?: Date | string;
}

/** Which runs are listed, and what of them. */
export interface WorkflowListOptions extends WorkflowFilter, ListOptions {
  /** Say of each why it does not go on by itself just now; what it takes depends on how long the runs are. */
  readonly include?: 'waitingFor';
}

/** Commands to a run that goes on. */
export type CommandName = 'cancel' | 'pause' | 'resume' | 'retry' | 'signal';

export interface CancelOptions {
  readonly reason?: string;
  /** False: what was done stays done. */
  readonly compensate?: boolean;
}

/** What a command that is only tried takes. */
export interface DryRunOptions extends CancelOptions, CallOptions, Pick<CommandOptions, 'ifVersion'> {
  /** The signal's name, and what it carries. */
  readonly name?: string;
  readonly payload?: Json;
}

/** Runs: started, listed, read, waited for and told what to do. */
export class Workflows extends RunWatch {
  constructor(private readonly http: HttpConnection) {
    super();
  }

  /** Starts a run of a definition: its name, `name@version`, or a whole document. */
  start(
    definition: string | object,
    { id, input, labels, priority, ...options }: StartOptions & WriteOptions = {},
  ): Promise<StartedWorkflow> {
    const body = { definition, id, input, labels, priority };
    return this.write('/workflows', body, { ...options, isNamed: id !== undefined });
  }

  /** Starts up to 1,000 runs in one request; each gets an answer of its own, in order. */
  startMany(items: readonly StartItem[], options: WriteOptions = {}): Promise<StartedBatch> {
    const isNamed = items.every(({ id }) => id !== undefined);
    return this.write('/workflows/batch', { items }, { ...options, isNamed });
  }

  /** A page of runs, newest first, and how many there are by status. */
  list({ cursor, limit, include, atLeast, signal, ...filter }: WorkflowListOptions = {}): Promise<WorkflowPage> {
    const { status, definition, q, labels = {} } = filter;
    const times = {
      startedAfter: timeOf(filter.startedAfter),
      startedBefore: timeOf(filter.startedBefore),
      endedBefore: timeOf(filter.endedBefore),
    };
    return this.http.send({
      method: 'GET',
      path: '/workflows',
      query: { status, definition, q, ...times, include, cursor, limit },
      repeated: { label: labelTexts(labels) },
      headers: readHeaders({ atLeast }),
      signal,
    });
  }

  /** All runs that the filter lets through, page after page. */
  all(options: WorkflowListOptions = {}): AsyncGenerator<WorkflowSummary, void, undefined> {
    return allItems((cursor) => this.list({ ...options, cursor }), options.cursor);
  }

  override get(id: string, options: WorkflowReadOptions = {}): Promise<Workflow> {
    const { atVersion, tasksCursor, payloads, signal } = options;
    const query = { atVersion, tasksCursor, payloads };
    return this.http.send({ method: 'GET', path: pathOf(id), query, headers: readHeaders(options), signal });
  }

  /** Stops a run and undoes what it did. */
  cancel(id: string, { reason, compensate, ...options }: CancelOptions & CommandOptions = {}): Promise<CommandAnswer> {
    return this.write(`${pathOf(id)}/cancel`, { reason, compensate }, options);
  }

  /** Lets nothing new start, and its timers stand still. */
  pause(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.write(`${pathOf(id)}/pause`, undefined, options);
  }

  /** Lets a paused run go on. */
  resume(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.write(`${pathOf(id)}/resume`, undefined, options);
  }

  /** Sets a failed run going again. */
  retry(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.write(`${pathOf(id)}/retry`, undefined, options);
  }

  /** Sends a signal, for which a task of the run waits or will wait. */
  signal(id: string, name: string, payload: Json = null, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.write(`${pathOf(id)}/signals/${encodeURIComponent(name)}`, payload, options);
  }

  /** Deletes a run that has ended: from then on it is gone for everybody. */
  delete(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.write(pathOf(id), undefined, { ...options, method: 'DELETE' });
  }

  /** The events that a command would bring; nothing happens. */
  dryRun(id: string, command: CommandName | 'delete', options: DryRunOptions = {}): Promise<DryRun> {
    const { reason, compensate, name = '', payload = null } = options;
    const run = pathOf(id);
    const requests = {
      cancel: { path: `${run}/cancel`, body: { reason, compensate } },
      pause: { path: `${run}/pause` },
      resume: { path: `${run}/resume` },
      retry: { path: `${run}/retry` },
      signal: { path: `${run}/signals/${encodeURIComponent(name)}`, body: payload },
      delete: { path: run, method: 'DELETE' },
    } as const;
    return this.try(requests[command], options);
  }

  /** The events that a start would bring; nothing is stored, a definition that comes with it neither. */
  dryRunStart(definition: string | object, options: StartOptions & WriteOptions = {}): Promise<DryRun> {
    const { id, input, labels, priority } = options;
    return this.try({ path: '/workflows', body: { definition, id, input, labels, priority } }, options);
  }

  /** The events that each of many starts would bring, or what is wrong with it. */
  dryRunStartMany(items: readonly StartItem[], options: WriteOptions = {}): Promise<TriedBatch> {
    return this.try({ path: '/workflows/batch', body: { items } }, options);
  }

  protected override ask<Answer>(id: string, what: string, question: Question): Promise<Answer> {
    const { after, limit, waitMs, retryForMs, withinMs, signal } = question;
    const query = { after, limit, waitMs };
    const headers = readHeaders(question);
    const path = `${pathOf(id)}/${what}`;
    return this.http.send({ method: 'GET', path, query, headers, waitMs, retryForMs, withinMs, signal });
  }

  private try<Answer>(
    request: Pick<HttpRequest, 'path' | 'body'> & Partial<Pick<HttpRequest, 'method'>>,
    options: CommandOptions,
  ): Promise<Answer> {
    const { ifVersion, idempotencyKey, signal } = options;
    const headers = writeHeaders({ ifVersion, idempotencyKey });
    return this.http.send({ method: 'POST', query: { dryRun: true }, ...request, headers, repeatable: true, signal });
  }

  private write<Answer>(path: string, body: unknown, how: CommandOptions & Writing): Promise<Answer> {
    const { method = 'POST', isNamed = false, idempotencyKey, signal } = how;
    const repeatable = isNamed || idempotencyKey !== undefined || method === 'DELETE';
    return this.http.send({ method, path, body, headers: writeHeaders(how), repeatable, signal });
  }
}

interface Writing {
  readonly method?: HttpRequest['method'];
  /** It says itself which run it makes. */
  readonly isNamed?: boolean;
}

function timeOf(time: Date | string | undefined): string | undefined {
  return time instanceof Date ? time.toISOString() : time;
}

function pathOf(id: string): string {
  return `/workflows/${encodeURIComponent(id)}`;
}
