import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Opened, Stopped } from '@orrery/embedded';
import { createLogger } from '@orrery/infrastructure';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { readConfig } from './config.js';
import { EXAMPLES, type ExampleRun, isEmpty, runExamples } from './run-examples.js';
import { startStandalone } from './start-standalone.js';

const examples = resolve('examples');
const logger = createLogger('test', 'silent');
const argumentsOf = (port: number) => ({ port, examples: true, json: false, help: false, version: false });

let database: TestDatabase;
let opened: Opened;

beforeEach(async () => {
  database = await testDatabase();
  opened = new Opened((error) => {
    throw error;
  });
});

// Dropping it fails when a connection was left open.
afterEach(async () => {
  await opened.close();
  await database.drop();
});

const start = (port = 0) => {
  const config = { ...readConfig(argumentsOf(port)), DATABASE_URL: database.url };
  return startStandalone({ config, logger, opened, demos: true });
};

describe('Everything in one process', () => {
  it('answers, and runs the examples on an empty store', async () => {
    const { orchestration, greeting } = await start();
    expect((await fetch(`${greeting.url}/readyz`)).status).toBe(200);
    expect(greeting).toMatchObject({ dataDirectory: null, database: expect.stringContaining('DATABASE_URL') });
    expect(await isEmpty(orchestration)).toBe(true);
    const shown: ExampleRun[] = [];
    const runs = await runExamples(orchestration, examples, (run) => shown.push(run));
    expect(runs.map(({ status }) => status)).toEqual(['completed', 'compensated', 'completed']);
    expect(shown).toEqual(runs);
    expect(runs.map(({ definition }) => definition)).toEqual(EXAMPLES.map(({ definition }) => definition));
    expect(await isEmpty(orchestration)).toBe(false);
    const again = await runExamples(orchestration, examples, () => undefined);
    expect(again.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
  });

  it('starts nothing where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start(port)).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
    other.close();
  });

  it('starts nothing more once it was told to stop', async () => {
    const starting = start();
    await opened.close();
    await expect(starting).rejects.toThrow(Stopped);
  });
});
