import { expect } from '@jest/globals';
import { setTimeout as realTimer } from 'node:timers/promises';
import type { SimulatedTest } from './one-seed.js';
import { simulate } from './simulate.js';
import { SimulationFailed } from './simulation-failed.js';

/** A definition with one task, of the type `work`. */
export const work = (more: object = {}) => ({ orrery: 'v1', name: 'one', tasks: { it: { type: 'work', ...more } } });

/** A definition that sleeps for a month. */
export const sleepy = { orrery: 'v1', name: 'sleepy', tasks: { it: { type: 'sleep', input: { duration: '30d' } } } };

/** A definition that waits for a signal. */
export const waiting = { orrery: 'v1', name: 'waiting', tasks: { it: { type: 'wait', input: { signal: 'go' } } } };

/** One simulation in which nothing goes wrong. */
export const calmly = (test: SimulatedTest) => simulate({ seed: 1, faults: 'none' }, test);

/** How a simulation failed. */
export async function failure(simulation: Promise<unknown>): Promise<SimulationFailed> {
  const error = await simulation.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SimulationFailed);
  return error as SimulationFailed;
}

/** Waits by the timer that handlers are told to use. */
export const byGlobalTimer = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** Waits by a timer that nothing stands in for. */
export const byRealTimer = (ms: number) => realTimer(ms);
