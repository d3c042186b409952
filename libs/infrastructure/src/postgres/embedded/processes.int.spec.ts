import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isRunning, isServerOf, processStart } from './processes.js';

let sleeper: ChildProcess;

beforeAll(() => {
  sleeper = spawn('sleep', ['600']);
});

afterAll(() => {
  sleeper.kill();
});

// `ps` is what other systems have instead of /proc; it is on most Linux machines, too.
const systems = process.platform === 'linux' ? (['linux', 'darwin'] as const) : (['darwin'] as const);

it.each(systems)('knows a process by when it began (%s)', async (system) => {
  expect(processStart(process.pid, system)).toMatch(/\d/);
  expect(processStart(process.pid, system)).toBe(processStart(process.pid, system));
  // The others tell whole seconds.
  if (system === 'linux') expect(processStart(process.pid, system)).not.toBe(processStart(sleeper.pid!, system));
  expect(processStart(4_194_303, system)).toBeUndefined();
});

it.each(systems)('takes no other program for a server (%s)', (system) => {
  expect(isServerOf(sleeper.pid!, '/somewhere/postgres', system)).toBe(false);
  expect(isServerOf(4_194_303, '/somewhere/postgres', system)).toBe(false);
});

it.each(systems)('knows a server by the data it was told to serve (%s)', async (system) => {
  const server = spawn('sleep', ['600'], { argv0: 'postgres', cwd: '/usr' });
  expect(isServerOf(server.pid!, '/usr', system)).toBe(system === 'linux');
  expect(isServerOf(server.pid!, '/somewhere/postgres', system)).toBe(false);
  server.kill();
  await once(server, 'exit');
  expect(isServerOf(server.pid!, '/usr', system)).toBe(false);
});

it.each(systems)('counts a zombie as gone (%s)', async (system) => {
  // The child ends after its parent has become a program that never asks how it ended.
  const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 600']);
  const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
  const zombie = Number.parseInt(pid.toString(), 10);
  for (const deadline = Date.now() + 5000; isRunning(zombie, system) && Date.now() < deadline;);
  expect(process.kill(zombie, 0)).toBe(true);
  expect(isRunning(zombie, system)).toBe(false);
  parent.kill();
});
