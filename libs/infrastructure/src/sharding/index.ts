export * from './shard-settings.js';
