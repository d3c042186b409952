import { beforeEach, describe, expect, it } from '@jest/globals';
import { AnyWorkers, CommandIntake } from '@orrery/amqp';
import { ReportResults, refusalOf } from '@orrery/contract';
import { NotFound, Unavailable } from '@orrery/domain';
import { type Delivery, type Settled, jsonText, written } from '@orrery/infrastructure';
import { definition, history, idIn, keyIn, result } from '../engine/support/runs.js';
import { settled } from '../engine/support/test-clock.js';
import { type Process, World } from '../engine/support/world.js';
import { delivery, raw } from './support/deliveries.js';

const waits = definition({ a: { type: 'wait', input: { signal: 'go' } } });
const id = idIn(3);

let world: World;
let process: Process;
let intake: CommandIntake;
let outcomes: string[];
let workers: AnyWorkers;
let passedOn: Delivery[];
beforeEach(async () => {
  world = new World();
  process = await world.process().start();
  outcomes = [];
  const { orchestration } = process;
  const { dispatcher } = orchestration;
  passedOn = [];
  const toEngines = async (message: Delivery) => void passedOn.push(message);
  workers = new AnyWorkers(dispatcher, new ReportResults(dispatcher, { refusal: (error) => refusalOf(error) }), {
    toEngines,
  });
  const parts = { orchestration, workers, onError: (error: unknown) => process.errors.push(error) };
  intake = await CommandIntake.over({ ...parts, onSettled: (...outcome) => outcomes.push(outcome.join(' ')) });
});

const fail = (error: unknown) => {
  throw error;
};
const answerOf = ({ reply }: Settled) => JSON.parse(reply!.body.toString()) as { [name: string]: unknown };
const take = (...message: Parameters<typeof delivery>) => intake.take(delivery(...message));

describe('Commands over RabbitMQ', () => {
  it('start runs, and say what HTTP would say', async () => {
    const taken = await take('StartWorkflow', { data: { definition: waits, id } });
    expect(taken.reply).toMatchObject({ status: 201, contentType: 'application/json' });
    expect(answerOf(taken)).toMatchObject({
      id,
      status: 'running',
      definition: { name: 'test' },
      position: expect.any(String),
    });
    expect(taken.aside).toBeUndefined();
    expect((await result(process, id)).status).toBe('running');
    expect(outcomes).toEqual(['StartWorkflow answered']);
  });

  it('may name the run by their subject', async () => {
    expect(answerOf(await take('StartWorkflow', { subject: id, data: { definition: waits } }))).toMatchObject({ id });
    const other = await take('StartWorkflow', { subject: idIn(4), data: { definition: waits, id } });
    expect(answerOf(other)).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/subject' }] });
  });

  it('come again and change nothing: the id is one together with its source', async () => {
    const first = answerOf(await take('StartWorkflow', { data: { definition: waits } }));
    const again = await take('StartWorkflow', { data: { definition: waits } });
    expect(again.reply!.status).toBe(200);
    expect(answerOf(again)).toEqual(first);
    const other = await take('StartWorkflow', { data: { definition: waits, input: 2 } });
    expect(answerOf(other)).toMatchObject({ status: 422, code: 'key.reused' });
    const others = answerOf(await take('StartWorkflow', { source: '/stock', data: { definition: waits } }));
    expect(others['id']).not.toBe(first['id']);
  });

  it('do to runs what they say, each once', async () => {
    await take('StartWorkflow', { data: { definition: waits, id } });
    const steps = [
      ['PauseWorkflow', undefined, 202],
      ['PauseWorkflow', undefined, 200],
      ['ResumeWorkflow', {}, 202],
      ['SignalWorkflow', { name: 'go', payload: { n: 1 } }, 202],
      ['DeleteWorkflow', undefined, 202],
    ] as const;
    for (const [index, [command, data, status]] of steps.entries()) {
      const message = { subject: id, id: String(index), data };
      const taken = await take(command, message);
      expect([command, taken.reply!.status]).toEqual([command, status]);
      await settled();
    }
    const types = history(world, id).map(({ event }) => event.type);
    expect(types.filter((type) => type === 'SignalReceived')).toHaveLength(1);
    expect(types.at(-1)).toBe('WorkflowDeleted');
  });

  it('that come twice are decided once', async () => {
    await take('StartWorkflow', { data: { definition: waits, id } });
    const cancel = { subject: id, id: 'c', data: { reason: 'enough' } };
    const answers = [await take('CancelWorkflow', cancel), await take('CancelWorkflow', cancel)];
    expect(answers.map(({ reply }) => reply!.status)).toEqual([202, 200]);
    expect(history(world, id).filter(({ event }) => event.type === 'WorkflowStopped')).toHaveLength(1);
  });

  it('carry the trace that they are part of, unless it is none', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await take('StartWorkflow', { traceparent, data: { definition: waits, id } });
    await take('PauseWorkflow', { traceparent: 'nonsense', subject: id });
    const traces = world.store.stream(keyIn(id)).flatMap(({ metadata }) => JSON.parse(metadata) as object[]);
    expect(traces.map((entry) => (entry as { traceparent?: string }).traceparent)).toEqual([traceparent, undefined]);
  });

  it('are read in binary mode, with either prefix, and in MessagePack, and answered alike', async () => {
    const headers = (prefix: string, id: string) => ({
      [`${prefix}specversion`]: '1.0',
      [`${prefix}id`]: id,
      [`${prefix}source`]: '/shop',
      [`${prefix}type`]: 'io.orrery.command.StartWorkflow.v1',
      'x-else': 7,
    });
    const data = { definition: waits, input: { text: 'ünï' } };
    const json = raw(JSON.stringify(data), { contentType: 'application/json', headers: headers('cloudEvents:', 'a') });
    expect((await intake.take(json)).reply).toMatchObject({ status: 201 });
    const packed = { contentType: 'application/msgpack', headers: headers('cloudEvents_', 'b') };
    const { reply } = await intake.take(raw(written('msgpack', data), packed));
    expect(reply).toMatchObject({ status: 201, contentType: 'application/msgpack' });
    expect(JSON.parse(jsonText('msgpack', reply!.body).toString())).toMatchObject({ status: 'running' });
    const envelope = { specversion: '1.0', id: 'c', source: '/shop', type: 'io.orrery.command.StartWorkflow.v1', data };
    const whole = raw(written('msgpack', envelope), { contentType: 'application/cloudevents+msgpack' });
    expect((await intake.take(whole)).reply).toMatchObject({ status: 201 });
  });

  it('that are refused are answered, or set aside where nobody waits', async () => {
    const heard = await take('CancelWorkflow', { subject: id }, { correlationId: 'c-1' });
    expect(heard.reply).toMatchObject({ status: 404, contentType: 'application/problem+json', correlationId: 'c-1' });
    expect(answerOf(heard)).toMatchObject({ code: 'workflow.not-found', requestId: 'c-1' });
    expect(heard.aside).toBeUndefined();
    const unheard = await take('CancelWorkflow', { subject: id }, { replyTo: undefined });
    expect(unheard).toEqual({ aside: { code: 'workflow.not-found', detail: expect.any(String) } });
    expect(outcomes).toEqual(['CancelWorkflow refused', 'CancelWorkflow refused']);
  });

  it('wait for a database that is away, and leave it to others when the process stops', async () => {
    const { orchestration } = process;
    let tries = 0;
    const execute = () => {
      tries += 1;
      const isAway = tries !== 3;
      return Promise.reject(
        isAway ? new Unavailable('log.unreachable', 'away') : new NotFound('workflow.not-found', ''),
      );
    };
    const sendToWorkflow = { execute } as unknown as typeof orchestration.commandHandlers.sendToWorkflow;
    const commandHandlers = { ...orchestration.commandHandlers, sendToWorkflow };
    const without = await CommandIntake.over({
      orchestration: { ...orchestration, commandHandlers },
      workers,
      onError: fail,
    });
    const message = delivery('CancelWorkflow', { subject: id });
    expect((await without.take(message)).reply).toMatchObject({ status: 404 });
    expect(tries).toBe(3);
    const left = without.take(message);
    without.stop();
    await expect(left).rejects.toMatchObject({ code: 'log.unreachable' });
  });

  it('of workers are decided here where they are results, and are for every engine where they are signs of life', async () => {
    const attempt = { id: `${id}~0`, leaseToken: '1.x' };
    const late = { ...attempt, error: { message: 'no' } };
    expect((await take('FailTask', { data: late })).reply).toMatchObject({ status: 404 });
    const reported = await take('ReportTasks', { data: { results: [{ ...attempt, output: 1 }] } });
    expect(reported.reply).toMatchObject({ isUnhurried: true });
    expect(answerOf(reported)).toMatchObject({
      results: [{ id: attempt.id, recorded: false, problem: { code: 'workflow.not-found' } }],
    });
    const beat = { workerId: 'w1', slots: 3, types: ['work'], attempts: [attempt] };
    expect(await take('BeatWorker', { data: beat })).toEqual({});
    expect(await take('HeartbeatTask', { data: attempt })).toEqual({});
    expect(passedOn.map(({ replyTo }) => replyTo)).toEqual(['somebody', 'somebody']);
    const typeless = await take('BeatWorker', { data: { ...beat, types: [] } });
    expect(typeless).toMatchObject({ reply: { status: 400 }, aside: { code: 'request.invalid' } });
  });

  it('that meet a bug of ours say nothing of it, and are set aside', async () => {
    process.log.beforeRead = () => Promise.reject(new TypeError('secret'));
    const taken = await take('CancelWorkflow', { subject: id });
    expect(answerOf(taken)).toMatchObject({ status: 500, code: 'internal.bug' });
    expect(JSON.stringify(answerOf(taken))).not.toContain('secret');
    expect(taken.aside).toMatchObject({ code: 'internal.bug' });
    expect(process.errors).toEqual([expect.any(TypeError)]);
    expect(outcomes).toEqual(['CancelWorkflow failed']);
  });
});

const start = { data: { definition: waits } };
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const type = 'io.orrery.command.StartWorkflow.v1';
const binary = (headers: Delivery['headers'], body = '{}') => raw(body, { contentType: 'application/json', headers });

/** What can be wrong with a message; each is answered with its code, and set aside with it. */
const WRONG: readonly (readonly [what: string, code: string, message: Delivery])[] = [
  ['no JSON', 'request.unreadable', raw('{"specversion":')],
  ['nothing at all', 'request.unreadable', raw('')],
  ['no UTF-8', 'request.unreadable', raw(Buffer.from([0x7b, 0xff, 0x7d]))],
  ['a key twice', 'request.unreadable', raw('{"id":"1","id":"2"}')],
  ['a prototype', 'request.unreadable', raw('{"__proto__":{"a":1}}')],
  ['a number that cannot be kept', 'request.unreadable', raw('{"data":12345678901234567890}')],
  ['a depth of 100,000', 'request.unreadable', raw(nested(100_000))],
  ['a list', 'request.invalid', raw('[1]')],
  ['null', 'request.invalid', raw('null')],
  ['a text', 'request.invalid', raw('"text"')],
  ['no attributes', 'request.invalid', raw('{}')],
  ['no headers', 'request.invalid', binary({})],
  ['headers that are no texts', 'request.invalid', binary({ 'cloudEvents:id': 7, 'cloudEvents:type': { a: 1 } })],
  [
    'a version of CloudEvents that is not known',
    'request.invalid',
    delivery('StartWorkflow', { ...start, specversion: '2.0' }),
  ],
  ['no id', 'request.invalid', delivery('StartWorkflow', { ...start, id: undefined })],
  ['an empty id', 'request.invalid', delivery('StartWorkflow', { ...start, id: '' })],
  ['an endless id', 'request.invalid', delivery('StartWorkflow', { ...start, id: 'x'.repeat(10_000) })],
  ['a source that is a number', 'request.invalid', delivery('StartWorkflow', { ...start, source: 7 })],
  ['another namespace', 'request.invalid', delivery('StartWorkflow', { ...start, namespace: 'theirs' })],
  ['bytes for data', 'request.invalid', delivery('StartWorkflow', { data_base64: 'AAAA' })],
  ['a type that no command has', 'command.unknown', delivery('StartWorkflows', start)],
  [
    'a version that no command has',
    'command.unknown',
    delivery('x', { ...start, type: 'io.orrery.command.StartWorkflow.v2' }),
  ],
  ['the type of an event', 'command.unknown', delivery('x', { type: 'io.orrery.event.WorkflowStarted.v1' })],
  ['a type that every object has', 'command.unknown', delivery('constructor', start)],
  ['an endless type', 'command.unknown', delivery('x'.repeat(900), start)],
  ['no data', 'request.invalid', delivery('StartWorkflow')],
  ['unknown fields', 'request.invalid', delivery('StartWorkflow', { data: { definition: waits, inputs: 1 } })],
  ['a priority of 255', 'request.invalid', delivery('StartWorkflow', { data: { definition: waits, priority: 255 } })],
  ['a number in words', 'request.invalid', delivery('StartWorkflow', { data: { definition: waits, priority: '5' } })],
  ['no subject', 'request.invalid', delivery('CancelWorkflow')],
  ['a subject that is no id', 'request.invalid', delivery('CancelWorkflow', { subject: '../x' })],
  ['data where none are taken', 'request.invalid', delivery('PauseWorkflow', { subject: id, data: { a: 1 } })],
  ['no content type', 'request.media-type', raw('{}', { contentType: undefined })],
  ['another content type', 'request.media-type', raw('<a/>', { contentType: 'application/xml' })],
  ['many events at once', 'request.media-type', raw('[]', { contentType: 'application/cloudevents-batch+json' })],
  ['a compressed body', 'request.media-type', { ...delivery('StartWorkflow', start), contentEncoding: 'gzip' }],
  [
    'JSON that says it is MessagePack',
    'request.unreadable',
    raw('{"a":1}', { contentType: 'application/cloudevents+msgpack' }),
  ],
  ['MessagePack that says it is JSON', 'request.unreadable', raw(written('msgpack', { type }))],
  ['4 MiB and a byte', 'request.too-large', raw(Buffer.alloc(4 * 1_048_576 + 1, 0x20))],
];

describe('A message that can never be right', () => {
  it.each(WRONG)('%s: %s', async (_what, code, message) => {
    const taken = await intake.take(message);
    expect(taken.aside).toEqual({ code, detail: expect.any(String) });
    expect(JSON.parse(readable(taken))).toMatchObject({ code, retryable: false });
    expect((await intake.take({ ...message, replyTo: undefined })).reply).toBeUndefined();
    expect(process.errors).toEqual([]);
    expect(outcomes.every((outcome) => outcome.endsWith(' malformed'))).toBe(true);
  });
});

function readable({ reply }: Settled): string {
  return reply!.contentType.endsWith('msgpack') ? jsonText('msgpack', reply!.body).toString() : reply!.body.toString();
}
