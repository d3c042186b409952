import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { once } from 'node:events';

/** Stands between a client and its broker, and can cut what goes through, withhold the answers, or let nobody through. */
export async function startProxy(target: URL) {
  const sockets = new Set<Socket>();
  const answering = new Set<() => void>();
  let isOpen = true;
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const broker = connect(Number(target.port || 5672), target.hostname);
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    const hush = () => void broker.unpipe(client);
    answering.add(hush);
    client.on('close', () => answering.delete(hush));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    /** Ends every connection, amid whatever it says. */
    cut,
    /** From now on nothing that the broker says is heard on the connections there are; what is told to it still arrives. */
    hush() {
      for (const hush of answering) hush();
    },
    /** Ends every connection, and lets none through until it is opened again. */
    shut() {
      isOpen = false;
      cut();
    },
    open() {
      isOpen = true;
    },
    async close() {
      isOpen = false;
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
