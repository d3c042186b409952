import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeTaskServer } from './socket-session.harness.js';
import { type Worker, WorkerRefused, worker } from './worker.js';

let server: FakeTaskServer;
let said: string[];

beforeEach(async () => {
  said = [];
  server = new FakeTaskServer();
  await server.listening();
});
afterEach(() => server.close());

const make = (more: object = {}): Worker => {
  const say = (words: string) => void said.push(words);
  return worker({ url: server.url, log: { debug: say, info: say, warn: say, error: say }, ...more });
};

describe('A worker', () => {
  it('has a name of its own, and does what it was given handlers for', async () => {
    const one = make({ concurrency: 3 }).task('work', (input) => ({ done: input }));
    const running = one.run();
    const hello = await server.welcome();
    expect(hello).toMatchObject({ types: ['work'], slots: 3 });
    expect(hello.workerId).toMatch(/^[A-Za-z0-9_.-]+-\d+-[0-9a-f]{6}$/);
    server.hand('a');
    const results = await server.next('results');
    expect(results.results).toMatchObject([{ id: 'a', output: { done: 'a' } }]);
    server.answer(results);
    const stopped = one.stop();
    await server.letGo();
    await stopped;
    await running;
  });

  it('stops when the process is told to, and leaves its signals as they were', async () => {
    const before = process.listenerCount('SIGTERM');
    const running = make()
      .task('work', () => null)
      .run();
    await server.welcome();
    process.emit('SIGTERM', 'SIGTERM');
    await server.letGo();
    await running;
    expect(process.listenerCount('SIGTERM')).toBe(before);
    expect(said).toContain('SIGTERM: what is under way is ended, and nothing new is taken');
  });

  it('ends at once when the process is told twice', async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const endless = () => (begin(), new Promise(() => undefined));
    const running = make({ drainMs: 300 }).task('work', endless).run();
    await server.welcome();
    server.hand('a');
    await begun;
    const { exit } = process;
    const exited = new Promise((resolve) => (process.exit = ((code: number) => resolve(code)) as typeof exit));
    process.emit('SIGINT', 'SIGINT');
    await server.next('drain');
    process.emit('SIGINT', 'SIGINT');
    expect(await exited).toBe(130);
    process.exit = exit;
    await running;
  });

  it('says that there is no server yet, and waits for one', async () => {
    const other = new FakeTaskServer();
    await other.listening();
    const { url } = other;
    await other.close();
    const one = make({ url }).task('work', () => null);
    const running = one.start();
    while (said.length === 0) await new Promise(setImmediate);
    expect(said).toEqual([expect.stringMatching(/^no answer from .* yet \(.*ECONNREFUSED.*\)/)]);
    await one.stop();
    await running;
  });

  it('says why it cannot go on', async () => {
    const running = make()
      .task('work', () => null)
      .run();
    await server.welcome();
    server.hangUp(4409);
    await expect(running).rejects.toThrow(WorkerRefused);
    await expect(running).rejects.toThrow('another worker with this name took its place');
  });

  it('needs something to do, and is started once', async () => {
    expect(() => make().start()).toThrow('has no task to do');
    const one = make().task('work', () => null);
    const running = one.start();
    expect(() => one.start()).toThrow('started already');
    await one.stop();
    await running;
  });
});
