import { MemoryCheckpoints } from '../checkpoints/memory-checkpoints.js';
import { MemoryViews } from './memory-views.js';
import { viewsContract } from './views.contract.js';

viewsContract('MemoryViews', async () => {
  const views = new MemoryViews(new MemoryCheckpoints());
  return { writer: views, reader: views, close: async () => undefined };
});
