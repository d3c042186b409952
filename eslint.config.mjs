import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const ignores = ['**/node_modules/**', '**/dist/**', '**/reports/**', '.nx/**', '.orrery/**', '**/*.d.ts'];

// Who may know whom (docs/STYLE.md). The domain may use one library, and the spec tools.
const layer = (name, below, more = {}) => ({
  sourceTag: `layer:${name}`,
  onlyDependOnLibsWithTags: below.map((each) => `layer:${each}`),
  ...more,
});
const boundaries = {
  enforceBuildableLibDependency: false,
  depConstraints: [
    layer('domain', ['domain'], { allowedExternalImports: ['@marcbachmann/cel-js', 'fast-check', '@jest/globals'] }),
    layer('application', ['application', 'domain'], {
      bannedExternalImports: ['pg', 'typeorm', 'fastify', '@fastify/*', '@nestjs/platform-*', 'ws', 'undici', 'zod'],
    }),
    layer('infrastructure', ['infrastructure', 'application', 'domain']),
    layer('app', ['infrastructure', 'application', 'domain']),
    layer('standalone', ['app', 'infrastructure', 'application', 'domain']),
  ],
};

// What a page and a screen hold. Lines are counted as they stand, without blanks and comments.
const lines = (max) => ['error', { max, skipBlankLines: true, skipComments: true }];

export default tseslint.config({ ignores }, ...tseslint.configs.recommended, {
  plugins: { '@nx': nx },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    '@nx/enforce-module-boundaries': ['error', boundaries],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    complexity: ['error', 10],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'max-depth': ['error', 3],
    'max-lines': ['error', 300],
    'max-lines-per-function': lines(50),
    'max-nested-callbacks': ['error', 4],
    'max-params': ['error', 4],
    'no-else-return': 'error',
    'no-param-reassign': 'off',
    'no-useless-rename': 'error',
    'object-shorthand': 'error',
    'prefer-const': 'error',
    'prefer-template': 'error',
  },
});
