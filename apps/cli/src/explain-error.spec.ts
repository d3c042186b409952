import { describe, expect, it } from '@jest/globals';
import { TooLarge } from '@orrery/domain';
import { InvalidConfiguration } from '@orrery/infrastructure';
import { OrreryProblem, OrreryTimeout, OrreryUnreachable } from '@orrery/sdk';
import type { CliError } from './cli-error.js';
import { explained, exitCodeOf } from './explain-error.js';

const problem = (status: number, code = 'a.b', detail = 'it is so') =>
  new OrreryProblem({ status, code, title: '', detail, retryable: false });

describe('An error is answered with an exit code', () => {
  it.each([
    [400, 2],
    [401, 4],
    [403, 4],
    [404, 3],
    [405, 2],
    [409, 5],
    [410, 3],
    [412, 5],
    [413, 2],
    [415, 2],
    [422, 5],
    [429, 6],
    [500, 1],
    [502, 6],
    [503, 6],
    [504, 6],
  ])('status %d with %d', (status, exitCode) => {
    expect(exitCodeOf(status)).toBe(exitCode);
    expect(explained(problem(status))).toMatchObject({ exitCode, code: 'a.b', message: 'it is so' });
  });

  it('what is larger than a limit that is known here with 2', () => {
    const error = new TooLarge('definition.too-large', 'the definition is larger than 9 bytes', 'definitionBytes', 9);
    expect(explained(error)).toMatchObject({ exitCode: 2, code: error.code, message: error.message });
  });

  it('what takes too long with 7', () => {
    expect(explained(new OrreryTimeout('too long'))).toMatchObject({ exitCode: 7 });
  });

  it.each([
    ['ECONNREFUSED', 'there is no server at http://host:1'],
    ['ENOTFOUND', 'there is no machine called host'],
    ['TIMEOUT', 'the server at http://host:1 does not answer'],
    ['ECONNRESET', 'the server at http://host:1 does not answer: ECONNRESET'],
  ])('silence for %s with 6', (reason, message) => {
    expect(explained(new OrreryUnreachable('http://host:1', reason))).toMatchObject({ exitCode: 6, message });
  });

  it('a server of another kind with 6', () => {
    const strange = problem(404, 'http.unexpected', 'http://host:1 answered 404 Not Found: <html>');
    expect(explained(strange)).toMatchObject({
      exitCode: 6,
      message: 'what answers at http://host:1 is no Orrery server',
    });
    const notJson = new OrreryUnreachable('http://host:1', 'Unexpected token', { cause: new SyntaxError() });
    expect(explained(notJson)).toMatchObject({
      exitCode: 6,
      message: 'what answers at http://host:1 is no Orrery server',
    });
  });

  it('and names the request that the log of the server has', () => {
    const bug = new OrreryProblem({
      status: 500,
      code: 'internal.bug',
      title: '',
      detail: 'oh',
      retryable: false,
      requestId: 'r-7',
    });
    expect((explained(bug) as CliError).parts.why).toBe("The server's log has it as request r-7.");
  });

  it('a setting that cannot be read with 2', () => {
    expect(explained(new InvalidConfiguration(['.env is a directory.']))).toMatchObject({
      exitCode: 2,
      message: '.env is a directory',
    });
  });

  it('or left as it is where nobody foresaw it', () => {
    const bug = new TypeError('x is not a function');
    expect(explained(bug)).toBe(bug);
  });
});

describe('The way out', () => {
  const fixOf = (code: string, status: string, url?: string) => {
    const details = { status };
    const error = { code, name: '', message: '', details, requestId: '' };
    const refused = new OrreryProblem({ status: 409, code, title: '', detail: 'so', retryable: false, error });
    return (explained(refused, url) as CliError).parts.fix?.[0];
  };

  it.each([
    ['running', 'It has not ended.'],
    ['paused', 'It has not ended.'],
    ['compensating', 'It has not ended.'],
    ['completed', 'It is over for good:'],
    ['cancelled', 'It is over for good:'],
    ['compensated', 'It is over for good:'],
  ])('of a retry is another for a run that is %s', (status, words) => {
    expect(fixOf('workflow.not-failed', status)).toContain(words);
  });

  it('of an address with a path is the one without', () => {
    expect(fixOf('route.not-found', '', 'http://host:1/docs')).toBe(
      'The address has a path, /docs, and no server answers below it. Try without: --url http://host:1',
    );
    expect(fixOf('route.not-found', '', 'http://host:1')).toContain('of another version');
  });
});
