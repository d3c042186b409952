export * from './document-faults.js';
export * from './text-document-reader.js';
