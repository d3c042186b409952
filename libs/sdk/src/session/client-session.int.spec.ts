import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotJson } from '../checked-json.js';
import { OrreryProblem, OrreryUnreachable } from '../errors.js';
import { FakeServer } from '../socket/fake-server.harness.js';
import type { ClientFrame, ClientServerFrame, SessionStart } from './client-frames.js';
import { ClientSession, type SessionOptions } from './client-session.js';

let server: FakeServer<ClientFrame, ClientServerFrame>;
let session: ClientSession;

beforeEach(async () => {
  server = new FakeServer('/client');
  await server.listening();
  session = new ClientSession({ url: server.url });
});

afterEach(async () => {
  session.close();
  await server.close();
});

const welcome = async (limits = {}) => {
  await server.next('hello');
  server.send({ type: 'welcome', limits });
};
const definition = { name: 'd', version: 1, hash: 'h' };
const started = ({ id }: { readonly id: string }) => ({ id, status: 'running' as const, definition, created: true });
const answer = (seq: number, starts: readonly SessionStart[], position = 'p') =>
  server.send({ type: 'answers', seq, answers: starts.map(started), position });
const ended = (id: string, output: string) => ({ id, status: 'completed' as const, output, error: null });
const problem = (code: string, retryable = false) => ({ status: 409, code, title: 'No', detail: 'no', retryable });
const refuse = (seq: number) =>
  server.send({ type: 'answers', seq, answers: [{ problem: problem('log.unavailable', true) }], position: null });
/** Whatever was said so far has been heard. */
const isHeard = async () => {
  const pause = session.pause(idOf(9));
  const { seq } = await server.next('commands');
  server.send({ type: 'answers', seq, answers: [{ id: idOf(9), changed: true }], position: null });
  await pause;
};
/** A session that is patient in another way takes the place of the first. */
const another = async (options: Omit<SessionOptions, 'url'>) => {
  await welcome();
  session.close();
  session = new ClientSession({ url: server.url, ...options });
};
const idOf = (n: number) => `5eed0007-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('A session', () => {
  it('sends together what is asked in one turn, and gives each its answer', async () => {
    const all = Promise.all([session.start('a', { id: idOf(1) }), session.start('b', { input: 7 })]);
    await welcome();
    const { seq, starts } = await server.next('starts');
    expect(starts).toMatchObject([
      { id: idOf(1), definition: 'a' },
      { definition: 'b', input: 7 },
    ]);
    expect(starts[1]!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    answer(seq, starts, 'newest');
    expect(await all).toMatchObject([{ id: idOf(1) }, { id: starts[1]!.id }]);
    expect(session.position).toBe('newest');
  });

  it('runs: starts, and tells the end', async () => {
    await welcome();
    const end = session.run<string>('a', { id: idOf(1) });
    const { seq, starts } = await server.next('starts');
    expect(starts).toEqual([{ id: idOf(1), definition: 'a', watch: true }]);
    answer(seq, starts);
    server.send({ type: 'ends', ends: [ended(idOf(1), 'done')] });
    expect((await end).output).toBe('done');
  });

  it('rejects what is refused, and only that', async () => {
    await welcome();
    const all = Promise.allSettled([session.run('a'), session.start('b'), session.pause(idOf(9))]);
    const commands = await server.next('commands');
    server.send({ type: 'answers', seq: commands.seq, answers: [{ id: idOf(9), changed: true }], position: null });
    const { seq } = await server.next('starts');
    const answers = [{ problem: problem('definition.not-found') }, { problem: problem('input.invalid') }];
    server.send({ type: 'answers', seq, answers, position: null });
    const [run, start, pause] = await all;
    expect(run).toMatchObject({ reason: expect.any(OrreryProblem) });
    expect(run).toMatchObject({ reason: { code: 'definition.not-found' } });
    expect(start).toMatchObject({ reason: { code: 'input.invalid' } });
    expect(pause).toMatchObject({ value: { changed: true } });
  });

  it('sends commands with a key of their own', async () => {
    await welcome();
    void session.cancel(idOf(1), { reason: 'enough' }).catch(() => undefined);
    void session.resume(idOf(2)).catch(() => undefined);
    void session.retry(idOf(2)).catch(() => undefined);
    const { commands } = await server.next('commands');
    expect(commands).toMatchObject([
      { command: 'cancel', id: idOf(1), reason: 'enough' },
      { command: 'resume' },
      { command: 'retry' },
    ]);
    expect(new Set(commands.map(({ key }) => key)).size).toBe(3);
  });

  it('asks again for what could not be done just now', async () => {
    await welcome();
    const start = session.start('a');
    const first = await server.next('starts');
    refuse(first.seq);
    const second = await server.next('starts');
    expect(second.starts).toEqual(first.starts);
    answer(second.seq, second.starts);
    expect(await start).toMatchObject({ created: true });
  });

  it('starts one that could not be started just now again, also where no more ends may be waited for', async () => {
    await welcome({ watchedRuns: 1 });
    const run = session.run('a', { id: idOf(1) });
    const first = await server.next('starts');
    refuse(first.seq);
    const second = await server.next('starts');
    answer(second.seq, second.starts);
    server.send({ type: 'ends', ends: [ended(idOf(1), 'done')] });
    expect((await run).output).toBe('done');
  });

  it('asks again for an end that could not be told just now', async () => {
    await welcome();
    const end = session.waitForEnd(idOf(1));
    for (let times = 0; times < 2; times++) {
      await server.next('watch');
      server.send({ type: 'ends', ends: [{ id: idOf(1), problem: problem('log.unavailable', true) }] });
    }
    expect(await server.next('watch')).toEqual({ type: 'watch', ids: [idOf(1)] });
    server.send({ type: 'ends', ends: [ended(idOf(1), 'done')] });
    expect((await end).output).toBe('done');
  });

  it('refuses by itself what no frame can carry, and goes on', async () => {
    await welcome();
    const large = 'x'.repeat(4 * 1_048_576);
    const small = session.start('b');
    await expect(session.start('a', { id: idOf(1), input: large })).rejects.toMatchObject({
      code: 'request.too-large',
      detail: `the start of run ${idOf(1)} is 4194377 bytes long as JSON, and a frame holds 4194240 at most (sessionFrameBytes)`,
    });
    await expect(session.signal(idOf(1), 'go', large)).rejects.toThrow(`the command "signal" to run ${idOf(1)} is`);
    const { seq, starts } = await server.next('starts');
    answer(seq, starts);
    expect(await small).toMatchObject({ created: true });
  });

  it('refuses by itself what no server would read', async () => {
    await welcome();
    await expect(session.start('a', { input: 2 ** 60 + 2 ** 9 })).rejects.toThrow(NotJson);
    await expect(session.run('a', { input: { deep: 1n as never } })).rejects.toThrow(NotJson);
  });

  it('waits for the ends of runs of others, until nobody wants to know', async () => {
    await welcome();
    const stop = new AbortController();
    const given = session.waitForEnd(idOf(1), { signal: stop.signal });
    const kept = session.waitForEnd(idOf(2));
    expect(await server.next('watch')).toEqual({ type: 'watch', ids: [idOf(1), idOf(2)] });
    stop.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect(await server.next('unwatch')).toEqual({ type: 'unwatch', ids: [idOf(1)] });
    server.send({ type: 'ends', ends: [{ id: idOf(2), problem: problem('workflow.not-found') }] });
    await expect(kept).rejects.toMatchObject({ code: 'workflow.not-found' });
  });

  it('starts nothing that nobody wants any more', async () => {
    await welcome();
    await expect(session.run('a', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    void session.start('b').catch(() => undefined);
    expect((await server.next('starts')).starts).toMatchObject([{ definition: 'b' }]);
  });

  it('waits for no more ends at once than the server takes', async () => {
    await welcome({ watchedRuns: 1 });
    const all = Promise.all([session.run('a', { id: idOf(1) }), session.run('a', { id: idOf(2) })]);
    const first = await server.next('starts');
    expect(first.starts).toMatchObject([{ id: idOf(1) }]);
    answer(first.seq, first.starts);
    server.send({ type: 'ends', ends: [ended(idOf(1), 'one')] });
    const second = await server.next('starts');
    answer(second.seq, second.starts);
    server.send({ type: 'ends', ends: [ended(idOf(2), 'two')] });
    expect((await all).map(({ output }) => output)).toEqual(['one', 'two']);
  });
});

describe('A session whose connection broke', () => {
  it('sends again what was not answered, and asks for the ends that it waits for', async () => {
    await welcome();
    const [told, waited] = [session.run('a', { id: idOf(1) }), session.run('a', { id: idOf(2) })];
    const first = await server.next('starts');
    answer(first.seq, first.starts);
    const late = session.run('b', { id: idOf(3) });
    const lost = await server.next('starts');
    server.send({ type: 'ends', ends: [ended(idOf(1), 'one')] });
    await told;
    server.hangUp();
    await welcome();
    // The end of what is started again is asked for by its start.
    expect(await server.next('watch')).toEqual({ type: 'watch', ids: [idOf(2)] });
    const again = await server.next('starts');
    expect(again.starts).toEqual(lost.starts);
    answer(again.seq, again.starts);
    server.send({ type: 'ends', ends: [ended(idOf(2), 'two'), ended(idOf(3), 'three')] });
    expect([(await waited).output, (await late).output]).toEqual(['two', 'three']);
  });

  it('asks for no end of a run that is still to be started again', async () => {
    await welcome();
    const waited = session.waitForEnd(idOf(2));
    await server.next('watch');
    const run = session.run('a', { id: idOf(1) });
    // The pause before the fifth try is longer than that before the next connection.
    for (let times = 0; times < 4; times++) refuse((await server.next('starts')).seq);
    await isHeard();
    server.hangUp();
    await welcome();
    expect(await server.next('watch')).toEqual({ type: 'watch', ids: [idOf(2)] });
    const { seq, starts } = await server.next('starts');
    answer(seq, starts);
    server.send({ type: 'ends', ends: [ended(idOf(1), 'one'), ended(idOf(2), 'two')] });
    expect([(await run).output, (await waited).output]).toEqual(['one', 'two']);
  });

  it('rejects what would be asked again, when it is closed', async () => {
    await welcome();
    const start = session.start('a');
    refuse((await server.next('starts')).seq);
    await isHeard();
    session.close();
    await expect(start).rejects.toThrow('the session was closed');
  });

  it('asks for an end no longer than a server may be away', async () => {
    await another({ awayForMs: 20 });
    await welcome();
    const end = session.waitForEnd(idOf(1));
    await server.next('watch');
    server.send({ type: 'ends', ends: [{ id: idOf(1), problem: problem('log.unavailable', true) }] });
    await expect(end).rejects.toMatchObject({ code: 'log.unavailable' });
  });

  it('waits for a server that may be away for ever', async () => {
    await another({ awayForMs: Number.POSITIVE_INFINITY });
    const start = session.start('a');
    await sleep(20);
    await welcome();
    const { seq, starts } = await server.next('starts');
    answer(seq, starts);
    expect(await start).toMatchObject({ created: true });
  });

  it('gives up after a while; one that was closed takes nothing more', async () => {
    const patient = new ClientSession({ url: server.url, awayForMs: 20 });
    await expect(patient.run('a')).rejects.toThrow(OrreryUnreachable);
    patient.close();
    await expect(patient.start('a')).rejects.toThrow('the session was closed');
    await expect(patient.waitForEnd(idOf(1))).rejects.toThrow('the session was closed');
  });

  it('is over when the two do not understand each other', async () => {
    await welcome();
    const run = session.run('a');
    await server.next('starts');
    server.hangUp(4400);
    await expect(run).rejects.toThrow('of different releases');
  });
});
