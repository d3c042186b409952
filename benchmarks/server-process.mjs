// Processes of the product, for the benchmarks that ask them over the network.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import getPort from 'get-port';

/** What a process of somebody's may have set that a benchmark sets itself, or not at all. */
const UNSET = { REDIS_URL: '', RABBITMQ_URL: '', DATABASE_REPLICA_URLS: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' };

/** The bundle of each kind, and the setting of the port at which it says how it is. */
const KINDS = {
  standalone: { program: ['dist/standalone.mjs', '--no-examples'], port: 'API_PORT' },
  api: { program: ['dist/api.mjs'], port: 'API_PORT' },
  engine: { program: ['dist/engine.mjs'], port: 'ENGINE_PORT' },
};

/** A process over a database, and whatever is in front of it, when it says that it is well. `settings` are its environment. */
export async function startServer(settings, kind = 'standalone') {
  const { program, port: name } = KINDS[kind];
  const port = settings[name] ?? String(await getPort());
  const env = { ...process.env, ...UNSET, ...settings, [name]: port };
  const child = spawn(process.execPath, program, { env, stdio: 'ignore' });
  const exit = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  while (!(await isWell(url))) {
    if (child.exitCode !== null) throw new Error(`the ${kind} ended with ${child.exitCode}`);
    await pause(50);
  }
  return {
    url,
    pid: child.pid,
    /** Ends it, in order unless it is said how. */
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await exit;
    },
  };
}

async function isWell(url) {
  const health = await fetch(`${url}/readyz?verbose`).catch(() => undefined);
  return (await health?.json())?.status === 'ok';
}
