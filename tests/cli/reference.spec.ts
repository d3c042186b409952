import { describe, expect, it } from '@jest/globals';
import { EXIT, VERB_GROUPS, type Verb } from '@orrery/cli';
import { blocksOf, read, rowsOf } from '../docs/support/documents.js';

const verbs = VERB_GROUPS.flatMap((group) => group.verbs).filter(({ isHidden }) => !isHidden);
const firstCells = rowsOf('docs/CLI.md').map(([cell = '']) => cell);

describe('The reference of the command line', () => {
  it('lists every command there is, and no other', () => {
    const usages = firstCells.filter((cell) => /^`[a-z]/.test(cell)).map((cell) => cell.replaceAll('`', ''));
    expect(usages).toEqual(verbs.map(({ usage }) => usage));
  });

  it('lists every exit code', () => {
    const codes = firstCells.filter((cell) => /^\d/.test(cell)).flatMap((cell) => cell.split(', ').map(Number));
    expect(codes).toEqual(Object.values(EXIT));
  });

  it('shows a screen as the golden one has it', () => {
    const { text } = blocksOf('docs/CLI.md').find(({ words: [word] }) => word === 'screen')!;
    const golden = read('apps/cli/src/run/__snapshots__/screen.spec.ts.snap').replaceAll(/^\|/gm, '');
    expect(golden).toContain(text);
  });

  it.each(verbs)('$usage has examples that begin with its name', ({ usage, examples }: Verb) => {
    const name = usage.split(/ (?=[<[])/)[0]!;
    expect(examples.length).toBeGreaterThan(0);
    for (const [command] of examples) expect(command).toContain(`orrery ${name}`);
  });
});
