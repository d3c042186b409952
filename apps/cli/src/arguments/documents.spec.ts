import { describe, expect, it } from '@jest/globals';
import type { Cli } from '../cli.js';
import { documentOf } from './definition-text.js';
import { jsonOption, readSource } from './documents.js';

const given = (text: string, encoding: BufferEncoding) =>
  ({ readStdin: async () => Buffer.from(text, encoding) }) as unknown as Cli;

describe('A text from outside', () => {
  it('is refused where it is not UTF-8, with the line', async () => {
    await expect(readSource(given('orrery: v1\nname: caf\u00e9\n', 'latin1'), '-')).rejects.toMatchObject({
      code: 'usage.not-utf8',
      exitCode: 2,
      message: 'standard input is not UTF-8: see line 2',
    });
  });

  it('may begin with a byte order mark', async () => {
    expect(await jsonOption(given('\uFEFF{"photo":"mars"}', 'utf8'), '--input', '@-')).toEqual({ photo: 'mars' });
  });

  it('is refused where the system cannot read it', async () => {
    await expect(readSource(given('', 'utf8'), 'x'.repeat(5_000))).rejects.toMatchObject({
      code: 'usage.unreadable-file',
      exitCode: 2,
    });
  });

  it('is no definition where it is a list', () => {
    expect(() => documentOf({ name: 'list.yaml', text: '[]' })).toThrow('list.yaml has a fault');
  });
});
