// All rules, with the four that need types: those cost more than all others, so they run once, for everything together.
import tseslint from 'typescript-eslint';
import base from './eslint.config.mjs';

export default tseslint.config(...base, {
  files: ['**/*.{ts,tsx}'],
  plugins: { '@typescript-eslint': tseslint.plugin },
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { project: ['./tsconfig.json', './apps/console/tsconfig.json'] },
  },
  rules: {
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': 'error',
  },
});
