export * from './read-configuration.js';
export * from './load-env-file.js';
export * as setting from './settings.js';
