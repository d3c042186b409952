import type { JsonObject } from '../json.js';
import type { Written } from './answers.js';

export type DeadLetterStatus = 'waiting' | 'redriven' | 'dropped';

/** What is known of a dead letter without its message. */
export interface DeadLetterFacts {
  readonly id: string;
  readonly status: DeadLetterStatus;
  /** What it was set aside from: commands of services, or tasks of workers. */
  readonly queue: 'commands' | 'tasks';
  /** Why it was set aside, the last time. */
  readonly reason: string;
  readonly detail: string;
  /** How large its body was. */
  readonly bytes: number;
  readonly version: number;
  readonly recordedAt: string;
  readonly changedAt: string;
}

export interface DeadLetterSummary extends DeadLetterFacts {
  /** What the message says that it is. */
  readonly type: string | null;
  readonly messageId: string | null;
}

export interface DeadLetter extends DeadLetterFacts, Written {
  /** Only the beginning of the body was kept: it cannot be sent again. */
  readonly truncated: boolean;
  /** How often it was sent again. */
  readonly redrives: number;
  readonly message: DeadLetterMessage;
}

export interface DeadLetterMessage {
  readonly body: string;
  /** How `body` is written here. */
  readonly encoding: 'text' | 'base64';
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly replyTo?: string;
  readonly type?: string;
  readonly exchange?: string;
  readonly routingKey?: string;
  /** Its own headers. */
  readonly headers: JsonObject;
}
