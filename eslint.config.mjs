import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { ownLines } from './tools/eslint-own-lines.mjs';

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
    // A user's program stands on it: it brings few libraries along. The last three are for its specs.
    layer('sdk', ['sdk'], {
      allowedExternalImports: [
        ...['@msgpack/msgpack', 'ajv', 'ajv/*', 'ajv-formats', 'amqplib', 'ws', 'yaml'],
        ...['@jest/globals', 'fast-check', 'zod'],
      ],
    }),
    // What every face of the engine says and takes.
    layer('contract', ['contract', 'application', 'domain']),
    layer('amqp', ['amqp', 'contract', 'infrastructure', 'application', 'domain']),
    layer('embedded', ['embedded', 'contract', 'infrastructure', 'application', 'domain', 'sdk']),
    layer('app', ['amqp', 'contract', 'infrastructure', 'application', 'domain', 'sdk']),
    layer('standalone', ['app', 'amqp', 'embedded', 'contract', 'infrastructure', 'application', 'domain', 'sdk']),
    // The very code of the product over simulated ports; its kit for users has the faces that users know.
    layer('testing', ['testing', 'embedded', 'infrastructure', 'application', 'domain', 'sdk']),
    layer('tests', [
      'testing',
      'standalone',
      'app',
      'amqp',
      'embedded',
      'contract',
      'infrastructure',
      'application',
      'domain',
      'sdk',
    ]),
  ],
};

// The one door of the SDK that leads to the engine: `@orrery/sdk/testing`, for tests of users. The kit behind it knows the
// SDK, which knows nothing of this file, so that nothing goes round.
const testingDoor = {
  files: ['libs/sdk/testing.js'],
  rules: {
    '@nx/enforce-module-boundaries': [
      'error',
      {
        ...boundaries,
        depConstraints: [layer('sdk', ['sdk', 'testing'])],
        ignoredCircularDependencies: [['@orrery/sdk', '@orrery/testing']],
      },
    ],
  },
};

// A constructor names what is injected, so it may take more than a function does.
const parameters = [
  {
    selector: ':not(MethodDefinition[kind="constructor"]) > FunctionExpression[params.length>4]',
    message: 'At most four parameters; give the rest a name in an object.',
  },
  {
    selector: ':matches(FunctionDeclaration, ArrowFunctionExpression)[params.length>4]',
    message: 'At most four parameters; give the rest a name in an object.',
  },
  {
    selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>7]',
    message: 'A class that needs more than seven others is two classes.',
  },
];

// The engine runs without Nest, in whose modules only apps put it; the types of its buses may be named.
const withoutNest = { group: ['@nestjs/*', 'rxjs'], allowTypeImports: true, message: 'Nest belongs into apps' };
const libraries = {
  files: ['libs/**/*.ts'],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [withoutNest] }] },
};

// The reference model knows nothing of the engine that it judges but what its events look like.
const apart = { group: ['@orrery/*', '../*'], allowTypeImports: true, message: 'The model imports types only' };
const model = {
  files: ['libs/testing/src/model/**/*.ts'],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [withoutNest, apart] }] },
};

const everywhere = {
  plugins: { '@nx': nx, orrery: { rules: { 'own-lines': ownLines } } },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    '@nx/enforce-module-boundaries': ['error', boundaries],
    '@typescript-eslint/no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
    ],
    complexity: ['error', 10],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'max-depth': ['error', 3],
    'max-lines': ['error', 300],
    'no-restricted-syntax': ['error', ...parameters],
    'orrery/own-lines': ['error', 50],
    'no-else-return': 'error',
    'no-useless-rename': 'error',
    'object-shorthand': 'error',
    'prefer-const': 'error',
    'prefer-template': 'error',
  },
};

export default tseslint.config({ ignores }, ...tseslint.configs.recommended, libraries, model, everywhere, testingDoor);
