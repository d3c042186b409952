import type { CommandAnswer, DryRun, Page } from './answers.js';
import type { DeadLetter, DeadLetterStatus, DeadLetterSummary } from './dead-letter-answers.js';
import type { HttpConnection } from './http-connection.js';
import { type ListOptions, type ReadOptions, allItems, readHeaders } from './paging.js';
import { type CommandOptions, writeHeaders } from './writing.js';

/** Which dead letters are listed: those that wait, if it is not said. */
export interface DeadLetterFilter {
  readonly status?: DeadLetterStatus | readonly DeadLetterStatus[];
}

/** What may be done with a dead letter. */
export type DeadLetterCommand = 'redrive' | 'drop';

/** Messages of RabbitMQ that were set aside: listed, read, sent again, and given up. */
export class DeadLetters {
  constructor(private readonly http: HttpConnection) {}

  /** A page of dead letters, newest first. */
  list({ status, cursor, limit, ...options }: DeadLetterFilter & ListOptions = {}): Promise<Page<DeadLetterSummary>> {
    const query = { status, cursor, limit };
    return this.http.send({ method: 'GET', path: '/dead-letters', query, headers: readHeaders(options), ...options });
  }

  /** All of them, page after page. */
  all(options: DeadLetterFilter & ListOptions = {}): AsyncGenerator<DeadLetterSummary, void, undefined> {
    return allItems((cursor) => this.list({ ...options, cursor }), options.cursor);
  }

  /** A dead letter with its message. */
  get(id: string, options: ReadOptions = {}): Promise<DeadLetter> {
    return this.http.send({ method: 'GET', path: pathOf(id), headers: readHeaders(options), ...options });
  }

  /** Sends its message again, as it was. */
  redrive(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.post(`${pathOf(id)}/redrive`, options);
  }

  /** Gives it up. */
  drop(id: string, options: CommandOptions = {}): Promise<CommandAnswer> {
    return this.post(`${pathOf(id)}/drop`, options);
  }

  /** The events that a command would bring; nothing happens. */
  dryRun(id: string, command: DeadLetterCommand, options: CommandOptions = {}): Promise<DryRun> {
    return this.post(`${pathOf(id)}/${command}`, options, { dryRun: true });
  }

  private post<Answer>(path: string, options: CommandOptions, query?: { readonly dryRun: true }): Promise<Answer> {
    const { idempotencyKey, signal } = options;
    // The same again changes nothing more, but what was sent may have come back meanwhile: it is not said twice unasked.
    const repeatable = query !== undefined || idempotencyKey !== undefined;
    return this.http.send({ method: 'POST', path, query, headers: writeHeaders(options), repeatable, signal });
  }
}

function pathOf(id: string): string {
  return `/dead-letters/${encodeURIComponent(id)}`;
}
