import { setTimeout as sleep } from 'node:timers/promises';

const AGAIN_MS = 250;

/** Keeps a connection to the broker, which is opened again whenever it ends; `setUp` is given each. Never resolves. */
export async function keepConnected(connect, setUp) {
  for (;;) {
    await useOnce(connect, setUp).catch(() => undefined);
    await sleep(AGAIN_MS);
  }
}

async function useOnce(connect, setUp) {
  const connection = await connect();
  connection.on('error', () => undefined);
  const closed = new Promise((resolve) => connection.once('close', resolve));
  // What is asked of a connection that closes may never be answered: nobody waits for it.
  void setUp(connection).catch(() => connection.close().catch(() => undefined));
  await closed;
}
