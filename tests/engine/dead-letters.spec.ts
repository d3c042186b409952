import { describe, expect, it } from '@jest/globals';
import { type LetterCommand, ListDeadLetters, SendToDeadLetter, SubmitDeadLetter } from '@orrery/application';
import { DropDeadLetter, RedriveDeadLetter, type StreamId } from '@orrery/domain';
import { MemoryEventExchange } from '@orrery/infrastructure/memory';
import { definition, keyIn, result, submit } from './support/runs.js';
import { ANONYMOUS, type Process, World } from './support/world.js';

const MESSAGE = { body: 'ü'.repeat(9), encoding: 'text', headers: {} } as const;

async function setAside({ orchestration }: Process, aside: string, redriven?: string): Promise<StreamId> {
  const why = { queue: 'commands', reason: 'request.unreadable', detail: 'no', aside } as const;
  const submit = new SubmitDeadLetter(ANONYMOUS, { ...why, message: MESSAGE, bytes: 18 }, redriven);
  const { position } = await orchestration.commandHandlers.submitDeadLetter.execute(submit);
  return position.stream as StreamId;
}

const tell = ({ orchestration }: Process, id: StreamId, command: LetterCommand) =>
  orchestration.commandHandlers.sendToDeadLetter.execute(new SendToDeadLetter(ANONYMOUS, id, command));

const redrive = (process: Process, id: StreamId) => tell(process, id, new RedriveDeadLetter({}));

async function listed({ orchestration }: Process) {
  const listing = { filter: { status: ['waiting', 'redriven', 'dropped'] as const }, page: { limit: 10 } };
  const query = new ListDeadLetters(ANONYMOUS, listing);
  return (await orchestration.queryHandlers.listDeadLetters.execute(query)).items;
}

describe('dead letters', () => {
  it('are listed beside runs, whoever records them, and none is taken for a run', async () => {
    const world = new World();
    const owner = await world.process().start();
    const other = world.process();
    const [own, foreign] = [await setAside(owner, 'own'), await setAside(other, 'foreign')];
    const { id } = await submit(owner, definition({ a: { type: 'noop' } }));
    await world.advance(5_000);
    expect((await result(owner, id)).status).toBe('completed');
    expect(new Set((await listed(owner)).map((letter) => letter.id))).toEqual(new Set([own, foreign]));
    expect(owner.errors).toEqual([]);
    await owner.stop();
    const next = await world.process().start();
    await world.advance(5_000);
    expect(await listed(next)).toHaveLength(2);
    expect(next.errors).toEqual([]);
  });

  it('are recorded once, by whichever process each time', async () => {
    const world = new World();
    const [one, two] = [await world.process().start(), world.process()];
    const ids = await Promise.all([setAside(one, 'it'), setAside(two, 'it'), setAside(one, 'it')]);
    expect(new Set(ids).size).toBe(1);
    expect(world.store.stream(keyIn(ids[0]!))).toHaveLength(1);
  });

  it('are told of without their message, which is sent again when they are redriven', async () => {
    const world = new World();
    const exchange = new MemoryEventExchange();
    const process = await world.process({}, { exchange }).start();
    const letter = await setAside(process, 'it');
    await redrive(process, letter);
    await world.advance(1_000);
    expect(exchange.redriven).toEqual([{ letter, message: MESSAGE }]);
    await setAside(process, 'again', letter);
    await redrive(process, letter);
    await world.advance(1_000);
    const types = ['DeadLetterRecorded', 'DeadLetterRedriven', 'DeadLetterReturned', 'DeadLetterRedriven'];
    expect(exchange.told.map(({ type }) => type)).toEqual(types);
    const data = { queue: 'commands', reason: 'request.unreadable', detail: 'no', aside: 'it', bytes: 18 };
    expect(exchange.told[0]).toMatchObject({ aggregate: 'dead-letter', stream: letter, data });
    expect(exchange.told[0]!.data).toEqual(data);
    expect(exchange.redriven).toEqual(Array(2).fill({ letter, message: MESSAGE }));
    expect(process.errors).toEqual([]);
  });

  it('are not sent again where the log is told anew, and they came back or were given up since', async () => {
    const world = new World();
    const process = await world.process().start();
    const [back, dropped, last] = [
      await setAside(process, 'a'),
      await setAside(process, 'b'),
      await setAside(process, 'c'),
    ];
    for (const letter of [back, dropped, last]) await redrive(process, letter);
    await setAside(process, 'back', back);
    await tell(process, dropped, new DropDeadLetter({}));
    await world.advance(1_000);
    await process.stop();
    const exchange = new MemoryEventExchange();
    await world.process({}, { exchange }).start();
    await world.advance(1_000);
    expect(exchange.told).toHaveLength(8);
    expect(exchange.redriven).toEqual([{ letter: last, message: MESSAGE }]);
  });

  it('are sent when there is somebody to send them to', async () => {
    const world = new World();
    const exchange = new MemoryEventExchange();
    const process = await world.process({}, { exchange }).start();
    exchange.away(true);
    const letter = await setAside(process, 'it');
    await redrive(process, letter);
    await world.advance(5_000);
    expect((await listed(process))[0]).toMatchObject({ status: 'redriven' });
    expect(exchange.redriven).toEqual([]);
    exchange.away(false);
    await world.advance(1_000);
    expect(exchange.redriven).toHaveLength(1);
  });
});
