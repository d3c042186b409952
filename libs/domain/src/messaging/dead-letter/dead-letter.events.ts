import type { JsonObject } from '../../kernel/json.js';

/** What a message was set aside from: the commands of services, or the tasks of workers. */
export type DeadLetterQueue = 'commands' | 'tasks';

/** A message as it came, as far as it is kept, so that it can be sent again. */
export interface LetterMessage {
  readonly body: string;
  /** How the body is written here: as the text that it is, or its bytes in base64. */
  readonly encoding: 'text' | 'base64';
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly replyTo?: string;
  /** What it says that it is: the type of its CloudEvent, or of the message. */
  readonly type?: string;
  /** The exchange and the routing key by which it came. */
  readonly exchange?: string;
  readonly routingKey?: string;
  /** Its own headers: without what the broker and we have written there. */
  readonly headers: JsonObject;
}

/** Why a message was set aside, and which time that was: the same again has the same `aside`. */
export interface SettingAside {
  readonly reason: string;
  readonly detail: string;
  readonly aside: string;
}

/** A message was set aside. */
export interface DeadLetterRecorded extends SettingAside {
  readonly type: 'DeadLetterRecorded';
  readonly v: 1;
  readonly queue: DeadLetterQueue;
  readonly message: LetterMessage;
  /** How large its body was. */
  readonly bytes: number;
  /** Only the beginning of the body is kept. */
  readonly truncated?: true;
}

/** It was sent again, and was set aside again. */
export interface DeadLetterReturned extends SettingAside {
  readonly type: 'DeadLetterReturned';
  readonly v: 1;
}

/** It is sent again, as it was. */
export interface DeadLetterRedriven {
  readonly type: 'DeadLetterRedriven';
  readonly v: 1;
}

/** Nobody wants it any more. */
export interface DeadLetterDropped {
  readonly type: 'DeadLetterDropped';
  readonly v: 1;
}

export type DeadLetterEvent = DeadLetterRecorded | DeadLetterReturned | DeadLetterRedriven | DeadLetterDropped;
