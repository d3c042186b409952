// What every proof on a real server has in common: where it runs, what it prints, and how it ends.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from './server.mjs';

const VIOLATIONS_SHOWN = 50;

/**
 * Runs `proof(server, directory)` on a server of its own (not started yet; or on what `open` opens instead) in a
 * directory of its own, and ends the process. The proof resolves with `{ table, violations, proved, ...figures }`: `violations` are sentences, and `proved`
 * is how many things were looked at, for nothing is proved by nothing. Prints the table and the violations; the last
 * line is JSON. What failed is left to look at, as is what is to be kept.
 */
export async function prove(name, { options, keep = false, open = Server.in }, proof) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `orrery-${name}-`)));
  // PostgreSQL runs as another user when we are root, and has to pass through.
  chmodSync(directory, 0o755);
  const server = await open(directory);
  const end = async (code) => {
    await server.remove();
    if (!keep && code === 0) rmSync(directory, { recursive: true, force: true });
    else console.log(`What is left to look at is in ${directory}`);
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(130));

  const fail = (error) => {
    console.error(error);
    console.log(JSON.stringify({ ok: false, ...options, error: error.message }));
    return end(1);
  };
  // Also what nobody waited for ends the proof in order: the processes it started would go on without it.
  process.once('uncaughtException', (error) => void fail(error));

  const { table, violations, proved, ...figures } = await proof(server, directory).catch(fail);
  console.table(table);
  for (const violation of violations.slice(0, VIOLATIONS_SHOWN)) console.log(`VIOLATION ${violation}`);
  const ok = violations.length === 0 && proved > 0;
  console.log(JSON.stringify({ ok, ...options, ...figures, violations: violations.length }));
  await end(ok ? 0 : 1);
}
