import preset from './jest.preset.mjs';

export default {
  ...preset,
  testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts', '<rootDir>/tools/**/*.spec.ts', '<rootDir>/tests/**/*.spec.ts'],
};
