import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeTaskServer, Work } from './socket-session.harness.js';
import { NonRetryable, RetryAfter } from './task-errors.js';

let server: FakeTaskServer;
let work: Work;

beforeEach(async () => {
  server = new FakeTaskServer();
  await server.listening();
  work = new Work(server.url);
  work.session.start();
});

afterEach(async () => {
  await work.session.drain(0);
  await server.close();
});

const handed = async (...names: string[]) => {
  for (const name of names) server.hand(name);
  while (!names.every((name) => work.begun.has(name))) await sleep(1);
};
const held = (name: string) => ({ id: name, leaseToken: `1.${name}` });

describe('A worker over a connection', () => {
  it('says who it is and what it takes', async () => {
    expect(await server.welcome()).toEqual({
      type: 'hello',
      workerId: 'worker-1',
      types: ['work'],
      slots: 7,
      attempts: [],
    });
  });

  it('says how a task ended: what came of it, or why it failed', async () => {
    await server.welcome();
    await handed('good', 'bad', 'final', 'later');
    work.end('good', 'done');
    work.fail('bad', new Error('no idea'));
    work.fail('final', new NonRetryable('the bank said no', { code: 'card.declined' }));
    work.fail('later', new RetryAfter(1_500, 'slow down', { code: 'too.many' }));
    const { results } = await server.next('results');
    const startedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(results).toEqual([
      { ...held('good'), startedAt, output: 'done' },
      { ...held('bad'), startedAt, error: { code: 'task.failed', message: 'no idea' } },
      { ...held('final'), startedAt, error: { code: 'card.declined', message: 'the bank said no', retryable: false } },
      { ...held('later'), startedAt, error: { code: 'too.many', message: 'slow down', retryAfter: '1500ms' } },
    ]);
  });

  it('sends no output that no frame could carry, and splits what is too much for one', async () => {
    await server.welcome();
    await handed('huge', 'large', 'larger');
    work.end('huge', 'x'.repeat(3_000_000));
    work.end('large', 'x'.repeat(800_000));
    work.end('larger', 'x'.repeat(900_000));
    const [one, other] = [await server.next('results'), await server.next('results')];
    expect(one.results).toMatchObject([{ error: { code: 'output.too-large', retryable: false } }, held('large')]);
    expect(other.results).toMatchObject([held('larger')]);
  });

  it('passes heartbeats on, those of one turn together', async () => {
    await server.welcome();
    await handed('one', 'other');
    for (const { heartbeat } of work.begun.values()) heartbeat();
    expect(await server.next('heartbeats')).toMatchObject({ attempts: [held('one'), held('other')] });
  });

  it('splits heartbeats that are too much for one frame, and sends no progress that the server would not read', async () => {
    await server.welcome();
    await handed('large', 'larger', 'odd');
    const beat = (name: string, progress: unknown) => work.begun.get(name)!.heartbeat(progress as never);
    beat('large', 'x'.repeat(800_000));
    beat('larger', 'x'.repeat(900_000));
    beat('odd', 1n);
    const [one, other] = [await server.next('heartbeats'), await server.next('heartbeats')];
    expect(one.attempts).toMatchObject([held('large')]);
    expect(other.attempts).toEqual([{ ...held('larger'), progress: expect.any(String) }, held('odd')]);
    expect(work.said).toEqual([expect.stringMatching('heartbeats go without what cannot be sent')]);
  });
});

describe('A result', () => {
  it('is said again on the next connection, until it is answered', async () => {
    await server.welcome();
    await handed('one');
    work.end('one', 'done');
    await server.next('results');
    server.hangUp();
    expect(await server.welcome()).toMatchObject({ attempts: [held('one')] });
    const again = await server.next('results');
    expect(again.results).toMatchObject([{ ...held('one'), output: 'done' }]);
    server.answer(again);
    server.hangUp();
    expect(await server.welcome()).toMatchObject({ attempts: [] });
    expect(work.said[0]).toMatch(/the server is gone .* 1 attempts are kept/);
  });

  it('that ended without a connection is said on the next one', async () => {
    await server.welcome();
    await handed('one');
    server.hangUp();
    work.end('one', 'done');
    await server.welcome();
    expect((await server.next('results')).results).toMatchObject([held('one')]);
  });

  it('that could not be recorded just now is said again', async () => {
    await server.welcome();
    await handed('one');
    work.end('one', 'done');
    server.answer(await server.next('results'), false, true);
    expect((await server.next('results')).results).toMatchObject([held('one')]);
  });

  it('that is refused is let go', async () => {
    await server.welcome();
    await handed('one');
    work.end('one', 'done');
    server.answer(await server.next('results'), false);
    server.hangUp();
    expect(await server.welcome()).toMatchObject({ attempts: [] });
    expect(work.said[0]).toBe('one: its end was refused with not.now: not just now');
  });
});

describe('An attempt', () => {
  it('that is cancelled is told to end, and is held until the server has heard how', async () => {
    await server.welcome();
    await handed('one', 'other');
    server.send({ type: 'cancel', attempts: [{ id: 'one', attempt: 1 }] });
    while (!work.begun.get('one')!.signal.aborted) await sleep(1);
    server.hangUp();
    expect(await server.welcome()).toMatchObject({ attempts: [held('one'), held('other')] });
    work.fail('one', work.begun.get('one')!.signal.reason as Error);
    const results = await server.next('results');
    expect(results.results).toMatchObject([{ ...held('one'), error: { message: expect.stringMatching('stopped') } }]);
    server.answer(results, false);
    server.hangUp();
    expect(await server.welcome()).toMatchObject({ attempts: [held('other')] });
    // That its end is no longer wanted was clear.
    expect(work.said.filter((words) => words.includes('refused'))).toEqual([]);
  });

  it('of which another number is cancelled goes on', async () => {
    await server.welcome();
    await handed('one');
    server.send({ type: 'cancel', attempts: [{ id: 'one', attempt: 2 }] });
    await handed('other');
    expect(work.begun.get('one')!.signal.aborted).toBe(false);
  });

  it('that was lost meanwhile is broken off: by a beat, and by a welcome', async () => {
    await server.welcome();
    await handed('one', 'other');
    server.send({ type: 'beat', lost: [held('one')] });
    server.hangUp();
    expect(await server.welcome([held('other')])).toMatchObject({ attempts: [held('other')] });
    while (!work.begun.get('other')!.signal.aborted) await sleep(1);
    expect(work.begun.get('one')!.signal.aborted).toBe(true);
  });
});

describe('A worker that is to stop', () => {
  it('takes nothing new, and waits until what is under way is recorded', async () => {
    await server.welcome();
    await handed('one');
    let drained = false;
    const draining = work.session.drain(5_000).then(() => (drained = true));
    await server.next('drain');
    work.end('one', 'done');
    const results = await server.next('results');
    expect(drained).toBe(false);
    server.answer(results);
    server.send({ type: 'drained' });
    await draining;
  });

  it('does what was on its way when it said so', async () => {
    await server.welcome();
    const draining = work.session.drain(60_000);
    await server.next('drain');
    await handed('late');
    work.end('late', 'done');
    server.answer(await server.next('results'));
    server.send({ type: 'drained' });
    await draining;
  });

  it('takes nothing that comes while its connection closes', async () => {
    await server.welcome();
    await handed('one');
    await work.session.drain(0);
    server.hand('late');
    await server.left();
    expect([...work.begun.keys()]).toEqual(['one']);
  });

  it('waits for no word of a server that is gone', async () => {
    await server.welcome();
    const draining = work.session.drain(60_000);
    await server.next('drain');
    server.hangUp();
    await draining;
  });

  it('waits for as long as it takes, where it may', async () => {
    await server.welcome();
    await handed('one');
    const draining = work.session.drain(Number.POSITIVE_INFINITY);
    await server.next('drain');
    await sleep(20);
    expect(work.begun.get('one')!.signal.aborted).toBe(false);
    work.end('one', 'done');
    server.answer(await server.next('results'));
    server.send({ type: 'drained' });
    await draining;
  });

  it('waits no longer than it may, and breaks off the rest', async () => {
    await server.welcome();
    await handed('one');
    await work.session.drain(20);
    expect(work.begun.get('one')!.signal.aborted).toBe(true);
  });

  it('ends at once when nothing is under way', async () => {
    await server.welcome();
    await Promise.all([work.session.drain(60_000), server.letGo()]);
  });
});

describe('A worker whose place was taken', () => {
  it('gives up, for another would only take it back', async () => {
    await server.welcome();
    server.hangUp(4409);
    while (work.said.length === 0) await sleep(1);
    expect(work.said).toEqual([expect.stringMatching(/^refused: another worker with this name/)]);
  });

  it('says what the server tells it', async () => {
    await server.welcome();
    server.send({ type: 'error', code: '4429', message: 'too much waits to be read' });
    while (work.said.length === 0) await sleep(1);
    expect(work.said).toEqual(['the server says 4429: too much waits to be read']);
  });
});
