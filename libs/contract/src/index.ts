export * from './api-limits.js';
export * from './problem-codes.js';
export * from './refusal.js';
export * from './request-faults.js';
export * from './requests.js';
export * from './shown.js';
