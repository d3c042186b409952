import { MemoryStreamCache } from './memory-stream-cache.js';
import { streamCacheContract } from './stream-cache.contract.js';

streamCacheContract('MemoryStreamCache', async () => {
  let now = 1_700_000_000_000;
  const cache = new MemoryStreamCache({ now: () => now });
  return {
    cache,
    pass: async (ms) => void (now += ms),
    clear: async () => cache.clear(),
    away: async (isAway) => cache.away(isAway),
    close: async () => undefined,
  };
});
