import { eventExchangeContract, idsOf } from './event-exchange.contract.js';
import { MemoryEventExchange } from './memory-event-exchange.js';

eventExchangeContract('MemoryEventExchange', async () => {
  const exchange = new MemoryEventExchange();
  return {
    exchange,
    redriven: async () => exchange.redriven.map(({ message }) => message.body),
    told: async () => idsOf(exchange.told),
    hearOnly: async (type) => void (exchange.isHeard = (name) => name.endsWith(`.${type}`)),
    away: (isAway) => exchange.away(isAway),
    close: async () => undefined,
  };
});
