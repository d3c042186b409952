import { setTimeout as pause } from 'node:timers/promises';
import { takeCommands } from '@orrery/amqp';
import {
  ANONYMOUS,
  type ClientCommand,
  type DeadLetterSummary,
  GetDeadLetter,
  GetWorkflow,
  GetWorkflowResult,
  type LetterCommand,
  ListDeadLetters,
  SendToDeadLetter,
  SendToWorkflow,
  SubmitWorkflow,
} from '@orrery/application';
import type { DeadLetterStatus, JsonObject, StreamId } from '@orrery/domain';
import { type ShardAddress, openBroker, openDatabases } from '@orrery/infrastructure';
import { type Worker, worker } from '@orrery/sdk';

export type TaskEngine = Awaited<ReturnType<typeof openTaskEngine>>;

/** An engine that hands out tasks by a broker, and sends again what is redriven, without any other worker. */
export async function openTaskEngine(database: string | readonly ShardAddress[], url: string, prefix: string) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const broker = openBroker({ url, prefix, onError });
  const { exchange } = broker;
  const where = typeof database === 'string' ? { databaseUrl: database } : { shards: database };
  const { orchestration, start, close } = await openDatabases({ ...where, version: 'test', onError, exchange });
  await start();
  const taking = await takeCommands(broker, { orchestration, onError });
  while (broker.trouble() !== undefined) await pause(20);
  const { commandHandlers, queryHandlers, dispatcher } = orchestration;
  return {
    errors,
    dispatcher,
    orchestration,
    handlers: commandHandlers,
    start: async (definition: JsonObject) =>
      (await commandHandlers.submitWorkflow.execute(new SubmitWorkflow(ANONYMOUS, { definition }))).id,
    send: (run: StreamId, command: ClientCommand) =>
      commandHandlers.sendToWorkflow.execute(new SendToWorkflow(ANONYMOUS, run, command)),
    get: (run: StreamId) => queryHandlers.getWorkflow.execute(new GetWorkflow(ANONYMOUS, run)),
    /** How a run ended: waits for it. */
    async end(run: StreamId) {
      for (;;) {
        const result = await queryHandlers.getWorkflowResult.execute(new GetWorkflowResult(ANONYMOUS, run, 10_000));
        if (result.ended) return result;
      }
    },
    /** The dead letters of this status, when what they are asked for is there. */
    async letters(
      isMeant: (letters: readonly DeadLetterSummary[]) => boolean,
      status: DeadLetterStatus = 'waiting',
    ): Promise<readonly DeadLetterSummary[]> {
      for (;;) {
        const items: DeadLetterSummary[] = [];
        let cursor: string | undefined;
        do {
          const listing = { filter: { status: [status] }, page: { limit: 100, cursor } };
          const page = await queryHandlers.listDeadLetters.execute(new ListDeadLetters(ANONYMOUS, listing));
          items.push(...page.items);
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        if (isMeant(items)) return items;
        await pause(20);
      }
    },
    letter: (id: StreamId) => queryHandlers.getDeadLetter.execute(new GetDeadLetter(ANONYMOUS, id)),
    tell: (letter: StreamId, command: LetterCommand) =>
      commandHandlers.sendToDeadLetter.execute(new SendToDeadLetter(ANONYMOUS, letter, command)),
    /** Takes nothing from the broker any more. */
    stopTaking: () => taking.stop(),
    async close() {
      await taking.stop();
      await close();
      await broker.close();
    },
  };
}

/** A worker of the SDK that reads from a broker, and says nothing. */
export function quietWorker(url: string, prefix: string, more: Parameters<typeof worker>[0] = {}): Worker {
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return worker({ url, concurrency: 10, log, drainMs: 1_000, ...more, broker: { prefix, ...more.broker } });
}
