import { MemoryOfferTable, MemoryTaskOffers } from './memory-task-offers.js';
import { taskOffersContract } from './task-offers.contract.js';

taskOffersContract('MemoryTaskOffers', async () => {
  const table = new MemoryOfferTable();
  const [owner, other, mortal] = ['owner', 'other', 'mortal'].map((engine) => new MemoryTaskOffers(table, engine));
  return {
    ...{ owner: owner!, other: other!, mortal: mortal! },
    die: async () => mortal!.die(),
    close: async () => undefined,
  };
});
