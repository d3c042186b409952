import { describe, expect, it } from '@jest/globals';
import { LIVE_LIMITS } from '@orrery/application';
import { pino } from 'pino';
import { CLOSE } from '../contract/closes.js';
import { Bugs } from '../http/bugs.js';
import { FakeSocket } from '../testing/fake-socket.js';
import { ManualClock } from '../testing/manual-clock.js';
import { GraphqlSockets } from './graphql-sockets.js';
import type { Graphql } from './open-graphql.js';

/** A connection, where GraphQL is loaded in this way. */
function connected(opened: () => Promise<Graphql>) {
  const clock = new ManualClock();
  const logged: string[] = [];
  const bugs = new Bugs(pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }));
  const socket = new FakeSocket();
  new GraphqlSockets({ opened, clock, bugs }).accept(socket.asWebSocket, 'connection');
  return { clock, socket, logged };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('A socket of GraphQL', () => {
  it('is closed when GraphQL cannot be loaded, and that is told once', async () => {
    const { socket, logged } = connected(() => Promise.reject(new Error('there is no such module')));
    socket.receive({ type: 'connection_init' });
    socket.receive({ type: 'ping' });
    await settled();
    socket.emit('close', CLOSE.bug, Buffer.from(''));
    await settled();
    expect(socket.closed).toMatchObject({ code: CLOSE.bug });
    expect(logged).toEqual([expect.stringContaining('there is no such module')]);
  });

  it('is closed when nothing is heard, not even an answer to a ping', () => {
    const { socket, clock } = connected(() => new Promise(() => undefined));
    clock.advance(LIVE_LIMITS.silentMs - 1);
    socket.emit('pong');
    clock.advance(LIVE_LIMITS.silentMs - 1);
    expect(socket.closed).toBeUndefined();
    clock.advance(1);
    expect(socket.closed).toMatchObject({ code: CLOSE.silent });
    // It is told in the words of its protocol, which has none for this but the close.
    expect(socket.sent).toEqual([]);
  });
});
