// The standalone server as a process of its own, for the benchmarks that ask it over HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import getPort from 'get-port';

/** What a process of somebody's may have set that a benchmark sets itself, or not at all. */
const UNSET = { REDIS_URL: '', DATABASE_REPLICA_URLS: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' };

/** A server over a database, and whatever is in front of it, when it says that it is well. `settings` are its environment. */
export async function startServer(settings) {
  const port = await getPort();
  const env = { ...process.env, ...UNSET, API_PORT: String(port), ...settings };
  const child = spawn(process.execPath, ['dist/standalone.mjs', '--no-examples'], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isWell(url))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await pause(50);
  }
  return {
    url,
    pid: child.pid,
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function isWell(url) {
  const health = await fetch(`${url}/readyz?verbose`).catch(() => undefined);
  return (await health?.json())?.status === 'ok';
}
