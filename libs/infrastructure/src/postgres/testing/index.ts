export { type ReplicatedDatabase, type Standby, replicatedDatabase } from './replicated-database.js';
export { settled } from './settled.js';
export { removeTemporaryDirectories, temporaryDirectory } from './temporary-directory.js';
export { testDatabase, type TestDatabase } from './test-database.js';
export { startTransactionPooler } from './transaction-pooler.js';
