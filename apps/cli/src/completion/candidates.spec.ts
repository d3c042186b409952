import { describe, expect, it } from '@jest/globals';
import { GLOBAL_OPTIONS } from '../global-options.js';
import { VERB_GROUPS } from '../verbs/index.js';
import { type Lookups, candidatesFor } from './candidates.js';

const lookups: Lookups = {
  runs: async (status) => [{ value: `id-of-a-${status ?? 'any'}-run`, means: '' }],
  definitions: async () => [{ value: 'fan-out', means: 'version 1' }],
  deadLetters: async (statuses) => statuses.map((status) => ({ value: `id-of-a-${status}-letter`, means: '' })),
  contexts: async () => [{ value: 'staging', means: 'https://staging.example.org' }],
};
const grammar = { verbs: VERB_GROUPS.flatMap(({ verbs }) => verbs), globals: GLOBAL_OPTIONS };

async function after(...words: readonly string[]) {
  const { items, withFiles } = await candidatesFor(grammar, words, lookups);
  return [...items.map(({ value }) => value), ...(withFiles ? ['(files)'] : [])];
}

describe('Completion', () => {
  it('begins with the commands, and hides what is for shells only', async () => {
    const commands = await after('');
    expect(commands).toEqual(expect.arrayContaining(['run', 'list', 'watch', 'import', 'doctor']));
    expect(commands).not.toContain('complete');
  });

  it.each([
    [['import', ''], ['wfformat']],
    [['import', 'wfformat', ''], ['(files)']],
    [
      ['run', ''],
      ['fan-out', '(files)'],
    ],
    [['definitions', ''], ['fan-out']],
    [['watch', ''], ['id-of-a-any-run']],
    [['retry', 'a', ''], ['id-of-a-failed-run']],
    [['watch', 'a', ''], []],
    [['--url', 'http://x', 'resume', ''], ['id-of-a-paused-run']],
    [
      ['list', '--output', ''],
      ['table', 'json', 'jsonl', 'yaml', 'name'],
    ],
    [['run', '--label', ''], []],
    [['run', 'x', '--input', ''], ['(files)']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'powershell'],
    ],
    [
      ['context', ''],
      ['list', 'use', 'set', 'remove'],
    ],
    [['context', 'use', ''], ['staging']],
    [['list', '--context', ''], ['staging']],
    [
      ['dlq', ''],
      ['list', 'show', 'redrive', 'drop'],
    ],
    [['dlq', 'redrive', ''], ['id-of-a-waiting-letter']],
    [
      ['dlq', 'drop', 'a', ''],
      ['id-of-a-waiting-letter', 'id-of-a-redriven-letter'],
    ],
    [
      ['dlq', 'list', '--status', ''],
      ['waiting', 'redriven', 'dropped'],
    ],
    [['nonsense', ''], []],
  ])('of %j offers %j', async (words, offered) => {
    expect(await after(...words)).toEqual(offered);
  });

  it('knows the options of a command, and those of all', async () => {
    expect(await after('events', '-')).toEqual(expect.arrayContaining(['--follow', '--after', '--output', '--url']));
    expect(await after('-')).not.toContain('--follow');
  });
});
