import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type EndingsParts, PositionTokens } from '@orrery/application';
import { SESSION_LIMITS } from '@orrery/contract';
import { type MemoryOwnership } from '@orrery/infrastructure';
import { pino } from 'pino';
import { CLOSE } from '../contract/closes.js';
import { Bugs } from '../http/bugs.js';
import { FakeSocket, type Frame } from '../testing/fake-socket.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { ClientStreams } from './client-streams.js';

type Answers = Frame & { readonly seq: number; readonly answers: readonly Record<string, unknown>[]; position: string };
type Ends = Frame & { readonly ends: readonly { readonly id: string; readonly status?: string }[] };

let api: TestApi;
let clock: ManualClock;
let streams: ClientStreams;
let ownership: Pick<MemoryOwnership, 'owned'>;
let count = 0;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  clock = new ManualClock();
  const { app } = api.api;
  const queries = app.get(QueryBus, { strict: false });
  ownership = api.ownership;
  streams = new ClientStreams(
    {
      commands: app.get(CommandBus, { strict: false }),
      tokens: new PositionTokens(await api.log.epoch()),
      bugs: new Bugs(pino({ level: 'silent' })),
      clock,
      endings: api.orchestration.endings,
      viewReader: api.orchestration.ports.viewReader,
      ownership: { owned: () => ownership.owned() } as MemoryOwnership,
      partitions: api.orchestration.ports.partitions,
      ask: queries.execute.bind(queries) as EndingsParts['ask'],
    },
    api.orchestration.ports.documents,
  );
});

function open(): FakeSocket {
  const socket = new FakeSocket();
  streams.accept(socket.asWebSocket, `connection-${++count}`);
  socket.receive({ type: 'hello' });
  return socket;
}

const newId = () => `5eed0005-0000-4000-8000-${String(++count).padStart(12, '0')}`;
const NOOP = { orrery: 'v1', name: 'noop', tasks: { only: { type: 'noop' } }, output: '${ input }' };
const LONG = { ...NOOP, name: 'long', tasks: { only: { type: 'sleep', input: { duration: '1h' } } } };
const start = (definition: object | string, more: object = {}) => ({ id: newId(), definition, ...more });

describe("a client's session", () => {
  it('begins with a hello, and knows what it may do', async () => {
    const socket = open();
    expect(await socket.next('welcome')).toEqual({
      type: 'welcome',
      sessionId: `connection-${count}`,
      limits: expect.objectContaining({ requestsInFlight: 5_000, watchedRuns: 20_000 }),
    });
    socket.receive({ type: 'beat' });
    await socket.next('beat');
  });

  it('starts many runs at once, and is told their ends', async () => {
    const socket = open();
    const starts = [start(NOOP, { input: 1, watch: true }), start(NOOP, { input: 2, watch: true }), start(NOOP)];
    socket.receive({ type: 'starts', seq: 3, starts });
    const { seq, answers, position } = await socket.next<Answers>('answers');
    expect(seq).toBe(3);
    expect(answers).toEqual(starts.map(({ id }) => expect.objectContaining({ id, created: true })));
    expect((await api.get('/workflows', { 'orrery-position': position })).statusCode).toBe(200);
    const { ends } = await socket.next<Ends>('ends');
    const end = { status: 'completed', error: null };
    expect(ends).toEqual([
      { id: starts[0]!.id, output: 1, ...end },
      { id: starts[1]!.id, output: 2, ...end },
    ]);
  });

  it('may send a start again: it starts once, and its end is told again', async () => {
    const first = open();
    const again = start(NOOP, { input: 'once', watch: true });
    first.receive({ type: 'starts', seq: 1, starts: [again] });
    await first.next('ends');
    first.emit('close');
    const second = open();
    second.receive({ type: 'starts', seq: 1, starts: [again] });
    expect((await second.next<Answers>('answers')).answers).toEqual([expect.objectContaining({ created: false })]);
    expect((await second.next<Ends>('ends')).ends).toMatchObject([{ id: again.id, output: 'once' }]);
  });

  it('is told of each start what is wrong with it', async () => {
    const socket = open();
    const wrong = [{ definition: NOOP }, start('nobody'), start({ name: 'x' }, { watch: true }), 7];
    socket.receive({ type: 'starts', seq: 1, starts: [start(NOOP), ...wrong] });
    const { answers } = await socket.next<Answers>('answers');
    const codes = answers.map(({ problem }) => (problem as { code: string } | undefined)?.code);
    expect(codes).toEqual([
      undefined,
      'request.invalid',
      'definition.not-found',
      'definition.invalid',
      'request.invalid',
    ]);
    expect((answers[1] as { problem: { errors: object[] } }).problem.errors).toMatchObject([{ pointer: '/id' }]);
    socket.receive({ type: 'starts', seq: 2, starts: [start('nobody')] });
    expect(await socket.next('answers')).toMatchObject({ position: null });
  });

  it('sends commands, each with an answer; a key makes one repeatable', async () => {
    const socket = open();
    const run = start(LONG, { watch: true });
    socket.receive({ type: 'starts', seq: 1, starts: [run] });
    await socket.next('answers');
    const command = (name: string, more: object = {}) => ({ command: name, id: run.id, ...more });
    const commands = [command('pause', { key: 'p-1' }), command('pause', { key: 'p-1' }), command('vanish')];
    socket.receive({ type: 'commands', seq: 2, commands });
    const { answers, position } = await socket.next<Answers>('answers');
    expect(answers).toMatchObject([{ changed: true }, { id: run.id }, { problem: { code: 'request.invalid' } }]);
    expect(position).toEqual(expect.any(String));
    socket.receive({ type: 'commands', seq: 3, commands: [command('resume'), command('retry')] });
    expect((await socket.next<Answers>('answers')).answers).toMatchObject([
      { changed: true },
      { problem: { code: 'workflow.not-failed', status: 409 } },
    ]);
    socket.receive({ type: 'commands', seq: 4, commands: [command('cancel', { compensate: false, reason: 'spec' })] });
    expect((await socket.next<Ends>('ends')).ends).toMatchObject([{ id: run.id, status: 'cancelled' }]);
  });

  it('sends signals, which end what waits for them', async () => {
    const socket = open();
    const waits = { only: { type: 'wait', input: { signal: 'go' } } };
    const run = start({ ...NOOP, tasks: waits, output: '${ tasks.only.output }' }, { watch: true });
    socket.receive({ type: 'starts', seq: 1, starts: [run] });
    await socket.next('answers');
    const signal = (name: string) => ({ command: 'signal', id: run.id, name, payload: { by: 'spec' } });
    socket.receive({ type: 'commands', seq: 2, commands: [signal('gone'), signal('go')] });
    expect((await socket.next<Answers>('answers')).answers).toMatchObject([
      { problem: { code: 'signal.not-found' } },
      { changed: true },
    ]);
    expect((await socket.next<Ends>('ends')).ends).toMatchObject([{ status: 'completed', output: { by: 'spec' } }]);
  });

  it('asks for the ends of runs: those that ended, those that will, and those that are not there', async () => {
    const socket = open();
    const [ended, running, nowhere] = [start(NOOP, { watch: true }), start(LONG), newId()];
    socket.receive({ type: 'starts', seq: 1, starts: [ended, running] });
    await socket.next('ends');
    socket.receive({ type: 'watch', ids: [ended.id, running.id, nowhere] });
    const told = new Map<string, unknown>();
    while (told.size < 2) for (const end of (await socket.next<Ends>('ends')).ends) told.set(end.id, end);
    expect(told.get(ended.id)).toMatchObject({ status: 'completed' });
    expect(told.get(nowhere)).toMatchObject({ problem: { code: 'workflow.not-found' } });
    await api.post(`/workflows/${running.id}/cancel`);
    expect((await socket.next<Ends>('ends')).ends).toMatchObject([{ id: running.id, status: 'cancelled' }]);
  });

  it('hears nothing of runs that it no longer waits for, and leaves nothing behind', async () => {
    const socket = open();
    const run = start(LONG, { watch: true });
    socket.receive({ type: 'starts', seq: 1, starts: [run] });
    await socket.next('answers');
    socket.receive({ type: 'unwatch', ids: [run.id] });
    await api.post(`/workflows/${run.id}/cancel`);
    socket.receive({ type: 'beat' });
    await socket.next('beat');
    expect(socket.sent.filter(({ type }) => type === 'ends')).toEqual([]);
    const other = start(LONG, { watch: true });
    socket.receive({ type: 'starts', seq: 2, starts: [other] });
    await socket.next('answers');
    socket.emit('close');
    await api.post(`/workflows/${other.id}/cancel`);
    expect(socket.sent.filter(({ type }) => type === 'ends')).toEqual([]);
  });

  it('hears of runs that another process owns, a little later', async () => {
    const socket = open();
    const run = start(LONG);
    socket.receive({ type: 'starts', seq: 1, starts: [run] });
    await socket.next('answers');
    // As if it had ended elsewhere: nobody here tells of the commit.
    ownership = { owned: () => new Set() };
    const { endings } = api.orchestration;
    const tell = endings.committed.bind(endings);
    endings.committed = () => undefined;
    socket.receive({ type: 'watch', ids: [run.id] });
    await api.post(`/workflows/${run.id}/cancel`);
    endings.committed = tell;
    clock.advance(5_000);
    expect((await socket.next<Ends>('ends')).ends).toMatchObject([{ id: run.id, status: 'cancelled' }]);
  });

  it('is let go with a word and all its answers when the server stops', async () => {
    const socket = open();
    socket.receive({ type: 'starts', seq: 1, starts: [start(NOOP)] });
    await streams.leave();
    expect(socket.sent.map(({ type }) => type)).toEqual(['welcome', 'drain', 'answers']);
    expect(socket.closed?.code).toBe(CLOSE.goingAway);
    // Who was just connecting is told the same, and begins no session that nobody would end.
    expect(open().closed?.code).toBe(CLOSE.goingAway);
  });
});

describe("a client's session is bounded", () => {
  it('in what is not answered: its socket is not read meanwhile', async () => {
    const socket = open();
    const commands = Array.from({ length: 1_000 }, () => ({ command: 'pause', id: newId() }));
    for (let seq = 0; seq < 6; seq++) socket.receive({ type: 'commands', seq, commands });
    expect(socket.isPaused).toBe(true);
    for (let seq = 0; seq < 6; seq++) await socket.next('answers');
    expect(socket.isPaused).toBe(false);
  });

  it('in what waits to be read: nothing more is read until it is, and too much ends it', async () => {
    const socket = open();
    socket.bufferedAmount = SESSION_LIMITS.bufferedBytes + 1;
    socket.receive({ type: 'starts', seq: 1, starts: [start(NOOP, { watch: true })] });
    await socket.next('ends');
    expect(socket.isPaused).toBe(true);
    clock.advance(1_000);
    expect(socket.isPaused).toBe(true);
    socket.bufferedAmount = 0;
    clock.advance(100);
    expect(socket.isPaused).toBe(false);
    socket.bufferedAmount = SESSION_LIMITS.bufferedBytesMax + 1;
    socket.receive({ type: 'beat' });
    expect(socket.closed).toMatchObject({ code: CLOSE.tooSlow });
  });

  it('in the bytes of a frame', async () => {
    const socket = open();
    const input = 'x'.repeat(400_000);
    socket.receive({
      type: 'starts',
      seq: 1,
      starts: Array.from({ length: 3 }, () => start(NOOP, { input, watch: true })),
    });
    const ends = [...(await socket.next<Ends>('ends')).ends, ...(await socket.next<Ends>('ends')).ends];
    expect(ends).toHaveLength(3);
  });

  it('in the runs whose ends it waits for', () => {
    const socket = open();
    for (let n = 0; n < SESSION_LIMITS.watchedRuns; n += 1_000)
      socket.receive({ type: 'watch', ids: Array.from({ length: 1_000 }, newId) });
    expect(socket.closed).toBeUndefined();
    socket.receive({ type: 'watch', ids: [newId()] });
    expect(socket.closed).toMatchObject({ code: CLOSE.tooSlow, reason: expect.stringMatching('sessionWatchedRuns') });
  });

  it('in how long it may say nothing', () => {
    const socket = open();
    clock.advance(14_000);
    expect(socket.closed).toBeUndefined();
    clock.advance(2_000);
    expect(socket.closed).toMatchObject({ code: CLOSE.silent });
  });
});
