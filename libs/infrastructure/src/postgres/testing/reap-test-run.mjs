// Runs beside the tests, waits until they are over, and removes what they left: their server, or their databases on a
// server of others. Plain JavaScript, for nobody is left to compile it.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const { pid, prefix, directory, url, dataDirectory } = JSON.parse(process.argv[2]);

while (isRunning(pid)) await sleep(200);
if (dataDirectory) await stopServer();
else await dropDatabases();
rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

function isRunning(process_) {
  try {
    process.kill(process_, 0);
    return !/\) Z /.test(readFileSync(`/proc/${process_}/stat`, 'latin1'));
  } catch (error) {
    return error.code === 'ENOENT' && process.platform !== 'linux';
  }
}

async function stopServer() {
  const pidFile = join(dataDirectory, 'postgres/postmaster.pid');
  try {
    const server = Number.parseInt(readFileSync(pidFile, 'latin1'), 10);
    // At once: the data goes with it.
    process.kill(server, 'SIGQUIT');
    while (isRunning(server)) await sleep(20);
  } catch {
    // It is gone already.
  }
  rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

async function dropDatabases() {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [prefix]);
  for (const { datname } of rows) await client.query(`drop database if exists "${datname}" with (force)`);
  await client.end();
}
