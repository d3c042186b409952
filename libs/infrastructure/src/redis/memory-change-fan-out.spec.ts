import { changeFanOutContract } from './change-fan-out.contract.js';
import { MemoryChangeFanOut } from './memory-change-fan-out.js';

changeFanOutContract('MemoryChangeFanOut', async () => {
  const fanOut = new MemoryChangeFanOut();
  return {
    one: fanOut.member(),
    other: fanOut.member(),
    stranger: new MemoryChangeFanOut().member(),
    close: async () => undefined,
  };
});
