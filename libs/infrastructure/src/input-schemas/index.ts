export * from './ajv-input-schemas.js';
