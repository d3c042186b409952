import { once } from 'node:events';
import { createServer } from 'node:net';

/** The port cannot be listened on: said with the way out. */
export class PortTaken extends Error {}

/** Looks whether a port can be had, before the work of starting everything else. Throws `PortTaken`. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw portError(error as NodeJS.ErrnoException, host, port);
  }
  server.close();
  await once(server, 'close');
}

/** An error of listening, in words. */
export function portError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const another = `--port ${port > 0 && port < 65_535 ? port + 1 : 8000}`;
  if (error.code === 'EADDRINUSE') {
    return new PortTaken(`Port ${port} on ${host} is taken by another program. Choose another one: ${another}`);
  }
  if (error.code === 'EACCES') {
    return new PortTaken(`This user may not listen on port ${port}. Choose one above 1023: --port 8000`);
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new PortTaken(`This machine has no address ${host}. API_HOST says where to listen: 127.0.0.1 or 0.0.0.0.`);
  }
  return error;
}
