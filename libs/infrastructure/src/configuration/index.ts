export * from './read-configuration.js';
export * as setting from './settings.js';
