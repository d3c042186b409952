import { describe, expect, it } from '@jest/globals';
import { explainedData } from './explain-data-error.js';

const system = (code: string, syscall?: string) => Object.assign(new Error(`${code}: it is so`), { code, syscall });

describe('What the system says of a database or a directory', () => {
  it.each([
    ['ECONNREFUSED', 'connect', 6],
    ['ENOTFOUND', 'getaddrinfo', 6],
    ['28P01', undefined, 6],
    ['3D000', undefined, 6],
    ['ENOTDIR', 'scandir', 5],
    ['ENOSPC', 'write', 5],
  ])('%s is told, and answered with an exit code', (code, syscall, exitCode) => {
    const words = expect.stringContaining(`${code}: it is so`);
    expect(explainedData(system(code, syscall))).toMatchObject({ name: 'CliError', exitCode, message: words });
  });

  it('a mistake of ours stays one', () => {
    const mistake = new TypeError('undefined is not a function');
    expect(explainedData(mistake)).toBe(mistake);
  });
});
