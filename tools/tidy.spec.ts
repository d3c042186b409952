import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import * as architecture from './tidy/architecture.js';
import { exceptions } from './tidy/exceptions.js';
import * as files from './tidy/files.js';
import * as packages from './tidy/packages.js';
import * as purity from './tidy/purity.js';
import { readTree, type Rule } from './tidy/tree.js';
import * as words from './tidy/words.js';

const tree = readTree(fileURLToPath(new URL('..', import.meta.url)));
const rules: Record<string, Rule> = { ...architecture, ...purity, ...files, ...words, ...packages };

const sentence = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const isExcused = (rule: string, path: string) => exceptions.some((each) => each.rule === rule && each.path === path);

describe('The repository is tidy', () => {
  for (const [name, rule] of Object.entries(rules)) {
    it(sentence(name), () => {
      const complaints = rule(tree).filter(({ path }) => !isExcused(name, path));
      expect(complaints.map(({ path, what }) => `${path}: ${what}`)).toEqual([]);
    });
  }

  it('excuses nothing that needs no excuse', () => {
    const stale = exceptions.filter(({ rule, path }) => !rules[rule]?.(tree).some((each) => each.path === path));
    expect(stale).toEqual([]);
  });
});
