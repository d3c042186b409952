import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type DataDirectory, giveTo } from './data-directory.js';

const HOST = '127.0.0.1';

/** The port of last time, so that a saved URL keeps working; another free one when it is taken. */
export async function choosePort({ path, user }: DataDirectory): Promise<number> {
  const file = join(path, 'port');
  const last = Number(await readFile(file, 'utf8').catch(() => ''));
  if (last && (await isFree(last))) return last;
  const port = await listenOn(0);
  await writeFile(file, `${port}\n`);
  await giveTo(user, file);
  return port;
}

export async function isFree(port: number): Promise<boolean> {
  return listenOn(port).then(
    () => true,
    () => false,
  );
}

function listenOn(port: number): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen({ port, host: HOST, exclusive: true }, () => {
      const { port: given } = probe.address() as { port: number };
      probe.close(() => done(given));
    });
  });
}
