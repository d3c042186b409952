import { MemorySnapshots } from './memory-snapshots.js';
import { snapshotsContract } from './snapshots.contract.js';

snapshotsContract('MemorySnapshots', async () => ({ snapshots: new MemorySnapshots(), close: async () => undefined }));
