import { describe, expect, it } from '@jest/globals';
import * as architecture from './architecture.js';
import * as files from './files.js';
import * as packages from './packages.js';
import * as purity from './purity.js';
import { treeOf, type Rule } from './tree.js';
import * as words from './words.js';

const rules = { ...architecture, ...purity, ...files, ...words, ...packages } satisfies Record<string, Rule>;

/** For each rule: a tree it accepts, and trees it does not, each with the path it names. */
interface Case {
  readonly accepts: Record<string, string>;
  readonly refuses: readonly (readonly [path: string, text: string, others?: Record<string, string>])[];
}

const manifest = (name: string) =>
  JSON.stringify({ name: `@orrery/${name}`, exports: { '.': { '@orrery/source': './src/index.ts' } } });
const lock = (packages: object) => JSON.stringify({ packages });
const domain = 'libs/domain/src/orchestration/run.ts';
const index = { 'libs/domain/package.json': manifest('domain'), 'libs/domain/src/index.ts': '' };
// What the rules look for may not stand here as they look for it.
const noDisable = ['eslint', 'disable-next-line'].join('-');
const path = (...parts: string[]) => ['', ...parts].join('/');

const cases: Record<keyof typeof rules, Case> = {
  layersKnowOnlyThoseBelow: {
    accepts: { 'libs/application/src/a.ts': "import { a } from '@orrery/domain';" },
    refuses: [
      [domain, "import { a } from '@orrery/application';"],
      ['apps/api/src/a.ts', "import { a } from '@orrery/engine';"],
      ['libs/application/src/a.ts', "export * from '../../domain/src/index.js';", index],
    ],
  },
  contextsKnowOnlyEventsOfOthers: {
    accepts: {
      [domain]: "import { a } from '../kernel/a.js';\nimport type { B } from '../identity/actor.events.js';",
      'libs/domain/src/kernel/a.ts': '',
      'libs/domain/src/identity/actor.events.ts': '',
    },
    refuses: [
      [domain, "import { a } from '../identity/actor.js';", { 'libs/domain/src/identity/actor.ts': '' }],
      ['libs/domain/src/kernel/a.ts', "import '../orchestration/run.js';", { [domain]: '' }],
    ],
  },
  nothingIsDead: {
    accepts: {
      ...index,
      'libs/domain/src/index.ts': "export * from './kernel/a.js';",
      'libs/domain/src/kernel/a.ts': '',
      'libs/domain/src/kernel/a.spec.ts': "import './testing/given.js';",
      'libs/domain/src/kernel/testing/given.ts': '',
      'apps/api/src/not-wired-yet.ts': '',
    },
    refuses: [
      [domain, '', index],
      [domain, '', { ...index, 'libs/domain/src/orchestration/run.spec.ts': "import './run.js';" }],
      ['apps/api/src/left.ts', '', { 'apps/api/src/main.ts': '' }],
    ],
  },
  noStrayClock: {
    accepts: { [domain]: 'const at = new Date(now); // not Date.now()', 'libs/infrastructure/src/a.ts': 'Date.now()' },
    refuses: [
      [domain, 'const at = Date.now();'],
      [domain, 'const at = new Date();'],
      [domain, 'setTimeout(go, 5);'],
    ],
  },
  noStrayChance: {
    accepts: { [domain]: 'const n = random.next();' },
    refuses: [
      [domain, 'Math.random()'],
      [domain, 'const id = randomUUID();'],
    ],
  },
  noStrayMachine: {
    accepts: { [domain]: 'run.process.start(); this.fetch();' },
    refuses: [
      [domain, 'a.localeCompare(b)'],
      [domain, 'process.exit(1)'],
      [domain, "await fetch('x')"],
    ],
  },
  noStrayInputOrOutput: {
    accepts: { [domain]: "import { createHash } from 'node:crypto';" },
    refuses: [
      [domain, "import { readFileSync } from 'node:fs';"],
      [domain, "import { createHash, createSign } from 'node:crypto';"],
    ],
  },
  environmentIsReadInOnePlace: {
    accepts: {
      'apps/api/src/config.ts': 'process.env.API_PORT',
      'libs/infrastructure/src/a.ts': 'spawn(it, { env: process.env }); spawn(it, { env: { ...process.env, LANG } })',
      'libs/infrastructure/src/b.ts': "const env = { PATH: process.env['PATH'] };",
    },
    refuses: [['libs/infrastructure/src/a.ts', 'const url = process.env.DATABASE_URL;']],
  },
  filesAreNamedForTheThing: {
    accepts: { 'libs/domain/src/orchestration/task/task.events.ts': '' },
    refuses: [
      ['libs/domain/src/TaskQueue.ts', ''],
      ['libs/domain/src/task.service.ts', ''],
      ['libs/domain/src/utils/a.ts', ''],
    ],
  },
  filesAreAPageOrTwo: {
    accepts: { [domain]: '// why\n'.repeat(300), 'docs/decisions/0001-be-short.md': 'a\n'.repeat(40) },
    refuses: [
      [domain, 'a();\n'.repeat(251)],
      ['docs/decisions/0001-be-short.md', 'a\n'.repeat(41)],
    ],
  },
  linksLeadSomewhere: {
    accepts: {
      'docs/A.md': '# A `b` c\n[a](#a-b-c) [b](B.md#two) [c](..) [d](https://example.org/x)',
      'docs/B.md': '## Two',
    },
    refuses: [
      ['docs/A.md', '[b](B.md)'],
      ['docs/A.md', '[b](B.md#three)', { 'docs/B.md': '## Two' }],
      ['docs/A.md', '[b]: ../gone.ts'],
    ],
  },
  commentsAreSentences: {
    accepts: { [domain]: '/** One line. */\n// a -> b, and so on.\n/**\n * Two.\n */' },
    refuses: [
      [domain, '// -------- events'],
      [domain, '// Events ----------'],
      [domain, '/*************'],
      [domain, '// Copyright (c) somebody'],
      ['a.sql', '-- ======='],
    ],
  },
  commentsAreNotCode: {
    accepts: { [domain]: '// If it is late, it ends; the run goes on.' },
    refuses: [
      [domain, '// const a = 1;'],
      [domain, '  // if (late) {'],
    ],
  },
  nothingNamesAMachine: {
    accepts: {
      'README.md': `See https://example.org${path('work', '')} and apps${path('work', 'a')} and ${path('tmp')}.`,
    },
    refuses: [
      ['README.md', `cd ${path('work', 'main')}`],
      ['.ci/run', `ls ${path('root', '.cache')}`],
      ['package-lock.json', ['"resolved": "http', '//localhost/a.tgz"'].join(':')],
    ],
  },
  theLockServesEveryPlatform: {
    accepts: {
      'package-lock.json': lock({
        '': { optionalDependencies: { b: '1' } },
        'node_modules/a': { optionalDependencies: { b: '1', c: '1' } },
        'node_modules/a/node_modules/c': {},
        'node_modules/b': {},
      }),
    },
    refuses: [['package-lock.json', lock({ 'node_modules/a': { optionalDependencies: { b: '1' } } })]],
  },
  switchedOffWithAReason: {
    accepts: { [domain]: `// ${noDisable} complexity -- one case a state` },
    refuses: [
      [domain, `// ${noDisable} complexity`],
      [domain, '/* istanbul ignore next -- never happens */'],
    ],
  },
  specsRun: {
    accepts: { 'tests/a.spec.ts': "it('a'); describe.skip(\n  'log (needs PostgreSQL: no DATABASE_URL)', f);" },
    refuses: [
      ['tests/a.spec.ts', "it.only('a', f);"],
      ['tests/a.spec.ts', "describe.skip('a', f);"],
    ],
  },
  specsAwaitFacts: {
    accepts: {
      'tests/a.spec.ts': "await log.appended('x'); const clock = { later: (go, ms) => setTimeout(go, ms) };",
      'tests/a.int.spec.ts': "import { setTimeout as sleep } from 'node:timers/promises';",
    },
    refuses: [
      ['tests/a.spec.ts', 'await new Promise((resolve) => setTimeout(resolve, 50));'],
      ['tests/a.spec.ts', "jest.mock('pg');"],
    ],
  },
};

describe.each(Object.entries(cases))('%s', (name, { accepts, refuses }) => {
  const rule: Rule = rules[name as keyof typeof rules];

  it('accepts what is right', () => {
    expect(rule(treeOf(accepts))).toEqual([]);
  });

  it.each(refuses)('names %s, in case %#', (bad, text, others = {}) => {
    expect(rule(treeOf({ ...others, [bad]: text }))).toContainEqual(expect.objectContaining({ path: bad }));
  });
});
