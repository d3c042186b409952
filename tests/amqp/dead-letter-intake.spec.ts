import { beforeEach, describe, expect, it } from '@jest/globals';
import { CommandIntake, AnyWorkers, DeadLetterIntake } from '@orrery/amqp';
import { ReportResults, refusalOf } from '@orrery/contract';
import { Unavailable } from '@orrery/domain';
import { LETTER_HEADER, type SetAside, written } from '@orrery/infrastructure';
import { type Process, World } from '../engine/support/world.js';
import { delivery, raw } from './support/deliveries.js';
import { lettersIn } from './support/recorded-letters.js';

let world: World;
let process: Process;
let intake: DeadLetterIntake;
beforeEach(async () => {
  world = new World();
  process = await world.process().start();
  intake = new DeadLetterIntake(process.orchestration);
});

const letter = (body: string | Buffer, more: Partial<SetAside> = {}): SetAside => ({
  queue: 'commands',
  body: Buffer.from(body as string),
  message: { contentType: 'application/cloudevents+json', headers: {} },
  reason: 'request.unreadable',
  detail: 'no',
  aside: 'it',
  ...more,
});

/** The only letter, when that body was taken. */
async function recorded(body: string | Buffer, more: Partial<SetAside> = {}) {
  await intake.take(letter(body, more));
  const [one] = lettersIn(world.store);
  return one!;
}

describe('What was set aside', () => {
  it('is recorded with what it says that it is', async () => {
    const { body } = delivery('PauseWorkflow', { subject: 'no run' });
    const { message } = await recorded(body);
    expect(message).toEqual({
      ...{ body: body.toString(), encoding: 'text', type: 'io.orrery.command.PauseWorkflow.v1' },
      ...{ contentType: 'application/cloudevents+json', headers: {} },
    });
  });

  it('is a task where it lay among them, whatever it looks like', async () => {
    const { body } = delivery('PauseWorkflow');
    const { queue, message } = await recorded(body, { queue: 'tasks' });
    expect([queue, message.type]).toEqual(['tasks', undefined]);
  });

  it.each([
    ['bytes that are no text', Buffer.from([0x7b, 0xff])],
    ['a text of which JSON would make six times as much', Buffer.alloc(100, 1)],
    ['MessagePack', written('msgpack', { specversion: '1.0' })],
  ])('is kept as bytes: %s', async (_name, body) => {
    const { message, bytes } = await recorded(body);
    expect([message.encoding, bytes]).toEqual(['base64', body.length]);
    expect(Buffer.from(message.body, 'base64')).toEqual(body);
  });

  it('is kept up to a limit, and of what is larger a beginning that ends with a character', async () => {
    const whole = await recorded('x'.repeat(4_194_304));
    expect([whole.truncated, whole.message.body.length]).toEqual([undefined, 4_194_304]);
    await intake.take(letter(`x${'🪐'.repeat(1_048_576)}`, { aside: 'larger' }));
    const cut = lettersIn(world.store).at(-1)!;
    expect([cut.truncated, cut.bytes]).toEqual([true, 4_194_305]);
    expect(cut.message).toMatchObject({ body: `x${'🪐'.repeat(16_383)}`, encoding: 'text' });
    await intake.take(letter(Buffer.alloc(4_194_305, 0xff), { aside: 'no text' }));
    const bytes = lettersIn(world.store).at(-1)!;
    expect(Buffer.from(bytes.message.body, 'base64')).toEqual(Buffer.alloc(65_536, 0xff));
  });

  it('waits for a database that is away, and is left to others when the process stops', async () => {
    const away = new Unavailable('log.unreachable', 'the database is away');
    let asked = 0;
    process.log.beforeRead = () => (++asked > 2 ? Promise.resolve() : Promise.reject(away));
    const taking = intake.take(letter('{'));
    while (lettersIn(world.store).length === 0) await world.advance(100);
    await taking;
    process.log.beforeRead = () => Promise.reject(away);
    const second = intake.take(letter('{', { aside: 'another' }));
    const refused = expect(second).rejects.toThrow(Unavailable);
    intake.stop();
    await world.advance(20_000);
    await refused;
  });

  it('is not lost over a bug', async () => {
    process.log.beforeRead = () => Promise.reject(new Error('a bug'));
    await expect(intake.take(letter('{'))).rejects.toThrow('a bug');
  });
});

describe('A command that is sent again', () => {
  it('is set aside again when it is refused, also where somebody waits for an answer', async () => {
    const { dispatcher } = process.orchestration;
    const reports = new ReportResults(dispatcher, { refusal: (error) => refusalOf(error) });
    const workers = new AnyWorkers(dispatcher, reports, { toEngines: async () => undefined });
    const onError = (error: unknown) => void process.errors.push(error);
    const commands = await CommandIntake.over({ orchestration: process.orchestration, workers, onError });
    const cancel = delivery('CancelWorkflow', { subject: '5eed0002-0000-4000-8000-000000000009' });
    const first = await commands.take(cancel);
    expect([first.reply?.status, first.aside]).toEqual([404, undefined]);
    const again = await commands.take({ ...cancel, headers: { [LETTER_HEADER]: 'it' } });
    expect([again.reply?.status, again.aside?.code]).toEqual([404, 'workflow.not-found']);
    const broken = await commands.take(raw('{', { headers: { [LETTER_HEADER]: 'it' }, replyTo: undefined }));
    expect([broken.reply, broken.aside?.code]).toEqual([undefined, 'request.unreadable']);
  });
});
