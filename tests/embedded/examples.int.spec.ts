import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { OrreryClient } from '@orrery/sdk';
import { serve } from '../sdk/support/served.js';

jest.setTimeout(60_000);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
// Dropping it fails when a connection was left open.
afterEach(() => database.drop());

/** What a program prints, once it has ended by itself. */
async function run(name: string, ...args: string[]): Promise<readonly string[]> {
  const options = ['--conditions=@orrery/source', '--import', 'tsx', `examples/embedded/${name}.ts`];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, ...args]);
  return stdout.trimEnd().split('\n');
}

const FAILS = { orrery: 'v1', name: 'fails', tasks: { it: { type: 'wait', input: { signal: 'go', timeout: '1ms' } } } };

describe('The programs of the page on the library', () => {
  it('order: what is paid, and what is undone', async () => {
    const [ends, ...events] = await run('orders', database.url);
    expect(ends).toBe('completed compensated');
    expect([events[0], events.at(-1)]).toEqual(['WorkflowStarted', 'WorkflowCompleted']);
  });

  it('retry what failed, wherever the engine is', async () => {
    expect(await run('either', database.url, 'fails')).toEqual(['0']);
    const server = await serve();
    const { workflows } = new OrreryClient({ url: server.url });
    const { id } = await workflows.start(FAILS);
    expect(await workflows.waitForResult(id)).toMatchObject({ status: 'failed' });
    // The program finds it in a list.
    await workflows.list({ definition: 'fails', atLeast: (await workflows.get(id)).position });
    expect(await run('either', server.url, 'fails')).toEqual(['1']);
    await server.close();
  });
});
