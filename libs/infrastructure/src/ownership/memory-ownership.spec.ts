import { MemoryOwnership } from './memory-ownership.js';
import { PARTITION_COUNT, ownershipContract } from './ownership.contract.js';

ownershipContract('MemoryOwnership', async () => {
  const ownership = new MemoryOwnership(PARTITION_COUNT);
  return {
    ownership,
    loseSession: async () => ownership.lose(),
    restoreSession: () => ownership.regain(),
    close: async () => undefined,
  };
});
