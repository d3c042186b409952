import type { BatchAnswer, Failure, WorkflowStatus } from '../client/answers.js';
import type { CommandName, StartItem } from '../client/workflows.js';
import type { Refusal } from '../errors.js';
import type { Json } from '../json.js';

/** A start over a socket: its id makes it repeatable. */
export type SessionStart = StartItem & { readonly id: string; readonly watch?: boolean };

/** A command over a socket: its key makes it repeatable. */
export interface SessionCommand {
  readonly command: CommandName;
  readonly id: string;
  readonly key: string;
  readonly reason?: string;
  readonly compensate?: boolean;
  readonly name?: string;
  readonly payload?: Json;
}

/** What a client says to the server: see docs/client-protocol.md. */
export type ClientFrame =
  | { readonly type: 'hello' }
  | { readonly type: 'starts'; readonly seq: number; readonly starts: readonly SessionStart[] }
  | { readonly type: 'commands'; readonly seq: number; readonly commands: readonly SessionCommand[] }
  | { readonly type: 'watch' | 'unwatch'; readonly ids: readonly string[] }
  | { readonly type: 'beat' };

/** How a run ended, or why nobody will know. */
export type End =
  | {
      readonly id: string;
      readonly status: WorkflowStatus;
      readonly output: Json;
      readonly error: Failure | null;
    }
  | { readonly id: string; readonly problem: Refusal };

/** What became of one of many commands. */
export type CommandAnswered = { readonly id: string; readonly changed: boolean } | { readonly problem: Refusal };

/** What the server says to a client. */
export type ClientServerFrame =
  | { readonly type: 'welcome'; readonly limits: { readonly [name: string]: number } }
  | {
      readonly type: 'answers';
      readonly seq: number;
      readonly answers: readonly (BatchAnswer | CommandAnswered)[];
      readonly position: string | null;
    }
  | { readonly type: 'ends'; readonly ends: readonly End[] }
  | { readonly type: 'beat' }
  | { readonly type: 'drain' }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** Closes after which connecting again would not help. */
export const FINAL_CLOSES: Readonly<Record<number, string>> = {
  1007: 'the server could not read what this client sent',
  1009: 'the server does not take a frame as large as this client sent',
  4400: 'the server does not understand this client: they are of different releases',
  4405: 'the server does not understand this client: they are of different releases',
};
