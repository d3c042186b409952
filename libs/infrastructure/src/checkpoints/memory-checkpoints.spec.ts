import { checkpointsContract } from './checkpoints.contract.js';
import { MemoryCheckpoints } from './memory-checkpoints.js';

checkpointsContract('MemoryCheckpoints', async () => ({
  checkpoints: new MemoryCheckpoints(),
  close: async () => undefined,
}));
