import { Registry, collectDefaultMetrics } from 'prom-client';

/** The figures that any process has: processor time, memory, the event loop and its garbage. */
export function processRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}
