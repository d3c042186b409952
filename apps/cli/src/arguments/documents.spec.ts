import { describe, expect, it } from '@jest/globals';
import type { Cli } from '../cli.js';
import { LIMITS } from '@orrery/domain';
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

  it.each([
    [
      'a number that is not kept',
      '{"of":9007199254740993}',
      /9007199254740993 is a number that is not kept exactly/,
      7,
    ],
    ['a key that is there twice', '{"a":1,"a":2}', /the key "a" is there twice/, 8],
  ])('is not taken as JSON with %s', async (_title, text, message, column) => {
    await expect(jsonOption(given(text, 'utf8'), '--input', text)).rejects.toMatchObject({
      code: 'usage.unreadable-json',
      exitCode: 2,
      parts: { places: [{ source: '--input', line: 1, column, message: expect.stringMatching(message) }] },
    });
  });

  it('is JSON up to the size of a payload, without the blanks in it', async () => {
    const { payloadBytes } = LIMITS;
    const largest = JSON.stringify('x'.repeat(payloadBytes - 2));
    expect(await jsonOption(given(` ${largest} `, 'utf8'), '--input', '@-')).toHaveLength(payloadBytes - 2);
    for (const large of [payloadBytes, LIMITS.definitionBytes])
      await expect(jsonOption(given(`"${'x'.repeat(large)}"`, 'utf8'), '--payload', '@-')).rejects.toMatchObject({
        code: 'usage.too-large',
        exitCode: 2,
        message: '--payload is larger than 1048576 bytes (payloadBytes)',
      });
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
