import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SeenWorkers } from '@orrery/application';
import { ReportResults, SESSION_LIMITS } from '@orrery/contract';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { pino } from 'pino';
import { CLOSE } from '../contract/closes.js';
import { Bugs } from '../http/bugs.js';
import { SINGLE } from '../testing/documents.js';
import { FakeSocket, type Frame } from '../testing/fake-socket.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type TakenTask, type TestApi, openTestApi } from '../testing/test-api.js';
import { WorkerStreams } from './worker-streams.js';

type Tasks = Frame & { readonly tasks: readonly TakenTask[] };
type Answers = Frame & { readonly answers: readonly { readonly id: string; readonly recorded: boolean }[] };

let api: TestApi;
let clock: ManualClock;
let streams: WorkerStreams;
let count = 0;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());
beforeEach(() => {
  clock = new ManualClock();
  const { dispatcher, ports } = api.orchestration;
  const bugs = new Bugs(pino({ level: 'silent' }));
  const workers = new SeenWorkers(api.sessions, clock, bugs.tell);
  const parts = { dispatcher, workers, reports: new ReportResults(dispatcher, bugs), clock };
  streams = new WorkerStreams(parts, ports.documents, bugs);
});

function open(hello?: object): FakeSocket {
  const socket = new FakeSocket();
  streams.accept(socket.asWebSocket, `connection-${++count}`);
  if (hello) socket.receive({ type: 'hello', workerId: `worker-${count}`, slots: 1, ...hello });
  return socket;
}

/** A run of so many tasks of a type that nobody else has. */
async function startTasks(many: number, more: object = {}, input: unknown = null) {
  const type = `type-${++count}`;
  const tasks = Object.fromEntries(Array.from({ length: many }, (_, n) => [`t${n}`, { type, ...more }]));
  const { id } = (await api.post('/workflows', { definition: { ...SINGLE, tasks, output: null }, input })).json();
  return { type, workflowId: id as string };
}
const heldOf = ({ id, leaseToken }: TakenTask) => ({ id, leaseToken });
const done = (task: TakenTask, output: unknown = null) => ({ ...heldOf(task), output });

describe("a worker's session", () => {
  it('begins with a hello, and knows what it may do', async () => {
    const socket = open({ types: ['nothing'] });
    expect(await socket.next('welcome')).toEqual({
      type: 'welcome',
      sessionId: `connection-${count}`,
      limits: expect.objectContaining({ leaseMs: 15_000, beatEveryMs: 5_000 }),
      lost: [],
    });
  });

  it('gets tasks as its slots free up, many a frame, and an answer for each result', async () => {
    const { type, workflowId } = await startTasks(5);
    const socket = open({ types: [type], slots: 3 });
    const { tasks } = await socket.next<Tasks>('tasks');
    expect(tasks).toHaveLength(3);
    expect(tasks[0]).toMatchObject({ workflowId, type, attempt: 1, heartbeatMs: 5_000, deadline: expect.any(String) });
    const results = [done(tasks[0]!), { ...done(tasks[1]!), leaseToken: '1.wrong' }];
    socket.receive({ type: 'results', seq: 7, results });
    const { answers, seq } = await socket.next<Answers>('answers');
    expect(seq).toBe(7);
    expect(answers).toEqual([
      { id: tasks[0]!.id, recorded: true },
      { id: tasks[1]!.id, recorded: false, problem: expect.objectContaining({ code: 'task.lease-lost', status: 409 }) },
    ]);
    // One slot was freed by each result, the refused one too: its worker no longer works on it.
    expect((await socket.next<Tasks>('tasks')).tasks).toHaveLength(2);
  });

  it('may want more tasks, or fewer', async () => {
    const { type } = await startTasks(4);
    const socket = open({ types: [type] });
    const { tasks } = await socket.next<Tasks>('tasks');
    expect(tasks).toHaveLength(1);
    socket.receive({ type: 'slots', slots: 3 });
    expect((await socket.next<Tasks>('tasks')).tasks).toHaveLength(2);
    socket.receive({ type: 'slots', slots: 1 });
    socket.receive({ type: 'results', seq: 1, results: [done(tasks[0]!)] });
    await socket.next('answers');
    expect(socket.sent.filter((frame) => frame.type === 'tasks')).toHaveLength(2);
  });

  it('keeps what it lists in its beats, and is told what it no longer holds', async () => {
    const { type } = await startTasks(1);
    const socket = open({ types: [type] });
    const [task] = (await socket.next<Tasks>('tasks')).tasks;
    const stale = { ...heldOf(task!), leaseToken: '9.old' };
    socket.receive({ type: 'beat', attempts: [heldOf(task!), stale] });
    expect(await socket.next('beat')).toEqual({ type: 'beat', lost: [stale] });
    expect((await api.get('/workers')).statusCode).toBe(200);
  });

  it('sends heartbeats, and is told when an attempt is not its own', async () => {
    const { type } = await startTasks(1, { timeouts: { heartbeat: '1h' } });
    const socket = open({ types: [type] });
    const [task] = (await socket.next<Tasks>('tasks')).tasks;
    socket.receive({ type: 'heartbeats', attempts: [heldOf(task!), { ...heldOf(task!), leaseToken: '3.x' }] });
    expect(await socket.next('cancel')).toEqual({ type: 'cancel', attempts: [{ id: task!.id, attempt: 3 }] });
  });

  it('is told when its run is cancelled, and has the slot again when it lets go', async () => {
    const { type, workflowId } = await startTasks(2);
    const socket = open({ types: [type], slots: 2 });
    const { tasks } = await socket.next<Tasks>('tasks');
    await api.post(`/workflows/${workflowId}/cancel`);
    const { attempts } = await socket.next<Frame & { attempts: unknown[] }>('cancel');
    expect(attempts).toEqual(tasks.map(({ id, attempt }) => ({ id, attempt })));
    await api.post('/workflows', { definition: { ...SINGLE, tasks: { a: { type }, b: { type } }, output: null } });
    // One it reports, the other it drops and no longer lists.
    socket.receive({ type: 'results', seq: 1, results: [{ ...heldOf(tasks[0]!), error: { message: 'cancelled' } }] });
    expect((await socket.next<Tasks>('tasks')).tasks).toHaveLength(1);
    socket.receive({ type: 'beat', attempts: [] });
    expect((await socket.next<Tasks>('tasks')).tasks).toHaveLength(1);
  });

  it('has the slot again of what it lost, or forgot', async () => {
    const { type } = await startTasks(4);
    const socket = open({ types: [type], slots: 2 });
    const { tasks } = await socket.next<Tasks>('tasks');
    const [lost] = tasks;
    // Somebody else ended it: the worker learns of that by its beat, and drops the work.
    await api.post(`/tasks/${lost!.id}/complete`, { leaseToken: lost!.leaseToken, output: null });
    socket.receive({ type: 'beat', attempts: tasks.map(heldOf) });
    expect((await socket.next<Frame & { lost: unknown }>('beat')).lost).toEqual([heldOf(lost!)]);
    socket.receive({ type: 'beat', attempts: [heldOf(tasks[1]!)] });
    const [third] = (await socket.next<Tasks>('tasks')).tasks;
    // What it was given a moment ago it may not know of yet; what it does not know after a while it never will.
    socket.receive({ type: 'beat', attempts: [heldOf(tasks[1]!)] });
    expect(socket.sent.filter((frame) => frame.type === 'tasks')).toHaveLength(2);
    clock.advance(5_000);
    socket.receive({ type: 'beat', attempts: [heldOf(tasks[1]!)] });
    expect((await socket.next<Tasks>('tasks')).tasks[0]!.id).not.toBe(third!.id);
  });

  it('is told of a cancellation that it missed', async () => {
    const { type, workflowId } = await startTasks(1);
    const workerId = `missed-${count}`;
    const first = open({ types: [type], workerId });
    const [task] = (await first.next<Tasks>('tasks')).tasks;
    first.emit('close');
    await api.post(`/workflows/${workflowId}/cancel`);
    const second = open({ types: [type], workerId, attempts: [heldOf(task!)] });
    expect((await second.next('welcome')).lost).toEqual([]);
    expect((await second.next('cancel')).attempts).toEqual([{ id: task!.id, attempt: 1 }]);
  });

  it('drains: nothing new, and a word when everything is done', async () => {
    const { type } = await startTasks(2);
    const socket = open({ types: [type] });
    const [task] = (await socket.next<Tasks>('tasks')).tasks;
    socket.receive({ type: 'drain' });
    expect(socket.sent.map((frame) => frame.type)).toEqual(['welcome', 'tasks']);
    socket.receive({ type: 'results', seq: 1, results: [done(task!)] });
    await socket.next('drained');
    expect(socket.sent.map((frame) => frame.type)).toEqual(['welcome', 'tasks', 'answers', 'drained']);
  });

  it('takes up what it held when its connection broke, once', async () => {
    const { type } = await startTasks(2);
    const workerId = `again-${count}`;
    const first = open({ types: [type], workerId });
    const [task] = (await first.next<Tasks>('tasks')).tasks;
    first.emit('close');
    const stale = { ...heldOf(task!), leaseToken: '9.x' };
    const second = open({ types: [type], workerId, slots: 1, attempts: [heldOf(task!), stale] });
    expect(await second.next('welcome')).toMatchObject({ lost: [stale] });
    second.receive({ type: 'results', seq: 1, results: [done(task!)] });
    expect((await second.next<Answers>('answers')).answers).toEqual([{ id: task!.id, recorded: true }]);
    // Its only slot was taken until then.
    expect((await second.next<Tasks>('tasks')).tasks).toHaveLength(1);
  });

  it('ends when another one of the same worker takes its place', async () => {
    const first = open({ types: ['none'], workerId: 'twice' });
    open({ types: ['none'], workerId: 'twice' });
    expect(first.closed).toMatchObject({ code: CLOSE.replaced });
  });

  it('is remembered while it may hold something, and forgotten when it goes with nothing', async () => {
    const { type } = await startTasks(1);
    const idle = open({ types: ['none'], workerId: 'idle' });
    const busy = open({ types: [type], workerId: 'busy' });
    await busy.next('tasks');
    clock.advance(1_000);
    const alive = async () => (await api.sessions.seenSince(0)).map(({ workerId }) => workerId);
    expect(await alive()).toEqual(expect.arrayContaining(['idle', 'busy']));
    idle.emit('close');
    busy.emit('close');
    expect(await alive()).not.toContain('idle');
    expect(await alive()).toContain('busy');
  });

  it('is let go with a word and all its answers when the server stops', async () => {
    const { type } = await startTasks(2);
    const socket = open({ types: [type] });
    const silent = open();
    const [task] = (await socket.next<Tasks>('tasks')).tasks;
    socket.receive({ type: 'results', seq: 1, results: [done(task!)] });
    await streams.leave();
    expect(socket.sent.map((frame) => frame.type)).toEqual(['welcome', 'tasks', 'drain', 'answers']);
    expect([socket.closed?.code, silent.closed?.code]).toEqual([CLOSE.goingAway, CLOSE.goingAway]);
  });
});

describe('a session is bounded', () => {
  it('in the tasks of a frame', async () => {
    const { type } = await startTasks(600);
    const socket = open({ types: [type], slots: 600 });
    const first = await socket.next<Tasks>('tasks');
    const second = await socket.next<Tasks>('tasks');
    expect([first.tasks.length, second.tasks.length]).toEqual([SESSION_LIMITS.tasksPerFrame, 100]);
  });

  it('in the bytes of a frame', async () => {
    const { type } = await startTasks(3, { input: '${ input }' }, 'x'.repeat(400_000));
    const socket = open({ types: [type], slots: 3 });
    expect((await socket.next<Tasks>('tasks')).tasks).toHaveLength(2);
    expect((await socket.next<Tasks>('tasks')).tasks).toHaveLength(1);
  });

  it('in what waits to be read: nothing more is handed out until it is, and too much ends it', async () => {
    const { type } = await startTasks(2);
    const socket = open({ types: [type] });
    socket.bufferedAmount = SESSION_LIMITS.bufferedBytes + 1;
    const [task] = (await socket.next<Tasks>('tasks')).tasks;
    socket.receive({ type: 'results', seq: 1, results: [done(task!)] });
    await socket.next('answers');
    clock.advance(1_000);
    expect(socket.sent.filter((frame) => frame.type === 'tasks')).toHaveLength(1);
    socket.bufferedAmount = 0;
    clock.advance(100);
    await socket.next('tasks');
    socket.bufferedAmount = SESSION_LIMITS.bufferedBytesMax + 1;
    socket.receive({ type: 'beat', attempts: [] });
    expect(socket.closed).toMatchObject({ code: CLOSE.tooSlow });
  });

  it('in the results that are not answered: its socket is not read meanwhile', async () => {
    const socket = open({ types: ['none'], slots: 10_000 });
    const wrong = { id: '00000000-0000-7000-8000-000000000001~0', leaseToken: '1.x', output: null };
    const results = Array.from({ length: 1_000 }, () => wrong);
    for (let seq = 0; seq < 6; seq++) socket.receive({ type: 'results', seq, results });
    expect(socket.isPaused).toBe(true);
    for (let seq = 0; seq < 6; seq++) await socket.next('answers');
    expect(socket.isPaused).toBe(false);
  });

  it('in how long it may say nothing', () => {
    const silent = open();
    const greeted = open({ types: ['none'], workerId: 'quiet' });
    clock.advance(9_000);
    greeted.receive({ type: 'beat', attempts: [] });
    clock.advance(2_000);
    expect(silent.closed).toMatchObject({ code: CLOSE.silent });
    clock.advance(10_000);
    expect(greeted.closed).toBeUndefined();
    clock.advance(5_000);
    expect(greeted.closed).toMatchObject({ code: CLOSE.silent });
    expect(DEFAULT_NAMESPACE).toBe('default');
  });
});
