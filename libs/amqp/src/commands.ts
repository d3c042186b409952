import {
  type Answer,
  type ClientCommand,
  type Context,
  type Orchestration,
  type Position,
  SendToWorkflow,
  SubmitDeletion,
  SubmitWorkflow,
} from '@orrery/application';
import { cancelBody, start } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import {
  CancelWorkflow,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
  type StreamId,
} from '@orrery/domain';
import type { Delivery } from '@orrery/infrastructure';
import { z } from 'zod';
import type { Workers } from './workers.js';

/** What a command is answered with, where it is not refused. */
export interface Answered {
  readonly status: 200 | 201 | 202;
  readonly body: object;
  /** What workers are answered has none. */
  readonly position?: Position;
}

/** Who decides what services and workers say. */
export interface Deciders {
  readonly commandHandlers: Orchestration['commandHandlers'];
  readonly workers: Workers;
}

/** What commands are answered with. */
export type AnswerName = 'Started' | 'Sent' | 'Recorded' | 'Reported' | 'Alive' | 'Beaten';

/** One command that services may send: what its data must be, and who decides it. */
export interface CommandSpec<Data extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly data: Data;
  /** What it is for: `subject` names a run that is there, or may name one, or says nothing. */
  readonly subject: 'run' | 'new run' | 'none';
  /** What it is answered with, as the AsyncAPI document calls it. */
  readonly answer: AnswerName;
  /** Whether the answer may wait for others: nobody holds anything back until it comes. */
  readonly isUnhurried?: boolean;
  /** The same handlers as over HTTP, and the same bodies, so that a key means the same to both. Nothing: not by us. */
  send(deciders: Deciders, asked: Asked<z.output<Data>>): Promise<Answered | undefined>;
}

/** A command as it was read. */
export interface Asked<Data> {
  readonly context: Context;
  readonly subject: StreamId | undefined;
  readonly data: Data;
  /** The message that it came in. */
  readonly delivery: Delivery;
}

const nothing = z.strictObject({}).optional();

export function spec<Data extends z.ZodType>(command: CommandSpec<Data>): CommandSpec {
  return command as unknown as CommandSpec;
}

function toRun<Data extends z.ZodType>(
  summary: string,
  data: Data,
  commandOf: (data: z.output<Data>) => ClientCommand,
): CommandSpec {
  return spec<Data>({
    summary,
    data,
    subject: 'run',
    answer: 'Sent',
    send: async ({ commandHandlers: { sendToWorkflow } }, { context, subject, data: given }) =>
      answeredBy(subject!, await sendToWorkflow.execute(new SendToWorkflow(context, subject!, commandOf(given)))),
  });
}

/** The commands of services. */
export const SERVICE_COMMANDS: { readonly [name: string]: CommandSpec } = {
  StartWorkflow: spec({
    summary: 'Starts a run.',
    data: start,
    subject: 'new run',
    answer: 'Started',
    send: async ({ commandHandlers: { submitWorkflow } }, { context, subject, data }) => {
      const { id = subject } = data;
      // A given id makes the start repeatable by itself.
      const { idempotencyKey: _, ...keyless } = context;
      const asked = id === undefined ? new SubmitWorkflow(context, data) : new SubmitWorkflow(keyless, { ...data, id });
      const { position, created, ...accepted } = await submitWorkflow.execute(asked);
      const body = { id: accepted.id, status: accepted.status, definition: accepted.definition };
      return { status: created ? 201 : 200, body, position };
    },
  }),
  SignalWorkflow: toRun(
    'Sends a signal to a run.',
    z.strictObject({ name: the.signalName, payload: the.json.optional() }),
    ({ name, payload = null }) => new SignalWorkflow({ name, payload }),
  ),
  CancelWorkflow: toRun(
    'Cancels a run, and undoes what it did.',
    cancelBody.optional(),
    (body = {}) => new CancelWorkflow(body),
  ),
  PauseWorkflow: toRun('Pauses a run.', nothing, () => new PauseWorkflow({})),
  ResumeWorkflow: toRun('Lets a paused run go on.', nothing, () => new ResumeWorkflow({})),
  RetryWorkflow: toRun('Sets a failed run going again.', nothing, () => new RetryWorkflow({})),
  DeleteWorkflow: spec({
    summary: 'Deletes a run that has ended.',
    data: nothing,
    subject: 'run',
    answer: 'Sent',
    send: async ({ commandHandlers: { submitDeletion } }, { context, subject }) =>
      answeredBy(subject!, await submitDeletion.execute(new SubmitDeletion(context, subject!))),
  }),
};

function answeredBy(id: StreamId, { changed, position }: Answer): Answered {
  return { status: changed ? 202 : 200, body: { id, changed }, position };
}
