// node tools/smoke.mjs: starts the product the way a person does, `npm start`, over an empty data directory of its own;
// it has to be ready in time, and a polite signal has to end it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';

const readyWithinMs = 60_000;
const endWithinMs = 30_000;

async function isReady(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

async function untilReady(port, child) {
  for (const end = Date.now() + readyWithinMs; Date.now() < end; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode} before it was ready.`);
    if (await isReady(port)) return;
  }
  throw new Error(`/readyz did not answer 200 within ${readyWithinMs / 1000} s.`);
}

async function untilEnded(child) {
  // The whole group, as Ctrl-C in a terminal does it.
  process.kill(-child.pid, 'SIGINT');
  const ended = await Promise.race([once(child, 'exit'), sleep(endWithinMs, undefined, { ref: false })]);
  if (!ended) throw new Error(`It was still running ${endWithinMs / 1000} s after Ctrl-C.`);
}

const port = await getPort();
const data = await mkdtemp(join(tmpdir(), 'orrery-smoke-'));
const started = Date.now();
const child = spawn('npm', ['start', '--silent', '--', '--port', String(port), '--data', data], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: 'inherit',
  detached: true,
});
try {
  await untilReady(port, child);
  console.log(`npm start answered /readyz after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  await untilEnded(child);
  console.log('Ctrl-C ended it.');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
  if (child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
} finally {
  await rm(data, { recursive: true, force: true });
}
