import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ClientSession, OrreryClient } from '@orrery/sdk';
import { type Served, serve } from './support/served.js';

let served: Served;
let orrery: OrreryClient;
let session: ClientSession;
beforeAll(async () => {
  served = await serve();
  orrery = new OrreryClient({ url: served.url });
  session = orrery.session();
}, 60_000);
afterAll(async () => {
  session.close();
  await served.close();
  expect(served.bugs).toEqual([]);
});

const NOOP = { orrery: 'v1', name: 'noop', tasks: { only: { type: 'noop' } }, output: '${ input }' };
const LONG = { ...NOOP, tasks: { only: { type: 'sleep', input: { duration: '1h' } } } };

describe('A session with a real server', () => {
  it('runs many at a time', async () => {
    await orrery.definitions.register(NOOP);
    const inputs = Array.from({ length: 1_500 }, (_, n) => n);
    const ends = await Promise.all(inputs.map((input) => session.run<number>('noop', { input })));
    expect(ends.map(({ status, output }) => [status, output])).toEqual(inputs.map((input) => ['completed', input]));
  }, 60_000);

  it('commands runs, and reads over HTTP what it wrote', async () => {
    const { id } = await session.start(LONG, { labels: { team: 'sky' } });
    expect(await session.pause(id)).toEqual({ id, changed: true });
    expect((await orrery.workflows.list({ status: 'paused', atLeast: session.position })).items).toMatchObject([
      { id },
    ]);
    expect(await session.resume(id)).toMatchObject({ changed: true });
    const end = session.waitForEnd(id);
    await session.cancel(id);
    expect(await end).toMatchObject({ id, status: 'cancelled' });
    await expect(session.retry(id)).rejects.toMatchObject({ status: 409 });
  });

  it('tells what is wrong with a start, and with its definition', async () => {
    await expect(session.run('nobody')).rejects.toMatchObject({ code: 'definition.not-found' });
    const refused = session.start({ ...NOOP, tasks: {} }).catch((error: unknown) => error);
    expect(await refused).toMatchObject({ code: 'definition.invalid', errors: [{ severity: 'error' }] });
  });
});
