export * from './import-wfformat.js';
