import { describe, expect, it } from '@jest/globals';
import { HELP, parseArguments, UsageError } from './arguments.js';

const nothing = { examples: true, json: false, help: false, version: false };

describe('The command line of the standalone server', () => {
  it('may be empty', () => {
    expect(parseArguments([])).toEqual(nothing);
  });

  it('says port and data directory, in either way of writing', () => {
    expect(parseArguments(['--port', '9000', '--data', 'here'])).toEqual({ ...nothing, port: 9000, data: 'here' });
    expect(parseArguments(['--port=0', '--data=a=b'])).toEqual({ ...nothing, port: 0, data: 'a=b' });
  });

  it('switches', () => {
    expect(parseArguments(['--no-examples', '--json'])).toEqual({ ...nothing, examples: false, json: true });
    expect(parseArguments(['-h'])).toEqual({ ...nothing, help: true });
    expect(parseArguments(['-V'])).toEqual({ ...nothing, version: true });
  });

  it.each([
    [['--prot', '9000'], '--prot is not an option (did you mean "--port"?). --help lists them all.'],
    [['--no-example'], '--no-example is not an option (did you mean "--no-examples"?). --help lists them all.'],
    [['--frobnicate'], '--frobnicate is not an option. --help lists them all.'],
    [['9000'], '"9000" is not expected: every option begins with --.'],
    [['--port'], '--port needs a value: --port N.'],
    [['--data='], '--data needs a value: --data DIR.'],
    [['--json=yes'], '--json takes no value.'],
    [['--port', '80a'], '--port must be a number from 0 to 65535, and is "80a".'],
    [['--port', '65536'], '--port must be a number from 0 to 65535, and is "65536".'],
    [['--port', '-1'], '--port must be a number from 0 to 65535, and is "-1".'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(new UsageError(message));
  });

  it('is explained, every option in a line', () => {
    for (const flag of ['--port N', '--data DIR', '--no-examples', '--json', '--version', '--help']) {
      expect(HELP).toMatch(new RegExp(`^  ${flag} +\\w`, 'm'));
    }
  });
});
