import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '@orrery/domain';
import { DataDirectoryInUse, InvalidConfiguration } from '@orrery/infrastructure';
import { UsageError } from './arguments.js';
import { explain } from './exit-codes.js';
import { PortTaken, portError } from './port.js';

const inUse = new DataDirectoryInUse('/data', { pid: 7, host: 'here', url: 'http://host:1' }, '/data/orrery.lock');

describe('What keeps the server from starting', () => {
  it.each([
    ['a slip on the command line', new UsageError('--prot is not an option.'), 2],
    ['a wrong setting', new InvalidConfiguration(['API_PORT must be a number.']), 2],
    ['a port that is taken', new PortTaken('Port 8000 is taken.'), 5],
    ['another process on the same data', inUse, 5],
    ['a database that is away', new Unavailable('database.unreachable', 'PostgreSQL does not let us in.'), 6],
  ])('%s: is said in its own words, and by its exit code', (_, error, code) => {
    expect(explain(error)).toEqual({ code, words: error.message });
  });

  it('is told whole where it is a bug', () => {
    const { code, words } = explain(new TypeError('undefined is not a function'));
    expect(code).toBe(1);
    expect(words).toContain('exit-codes.spec');
    expect(explain('thrown')).toEqual({ code: 1, words: 'thrown' });
  });
});

describe('A port that cannot be had', () => {
  const words = (code: string, port = 8000) =>
    portError(Object.assign(new Error(code), { code }), '127.0.0.1', port).message;

  it('is explained, with the way out', () => {
    expect(words('EADDRINUSE')).toBe(
      'Port 8000 on 127.0.0.1 is taken by another program. Choose another one: --port 8001',
    );
    expect(words('EADDRINUSE', 65_535)).toContain('--port 8000');
    expect(words('EACCES', 80)).toContain('may not listen on port 80');
    expect(words('EADDRNOTAVAIL')).toContain('no address 127.0.0.1');
    expect(words('ESTRANGE')).toBe('ESTRANGE');
  });
});
