import { type Fifo, firstOf, isEmpty, newFifo, takeFirst, without } from '../../kernel/fifo.js';
import type { Json } from '../../kernel/json.js';
import { type WorkflowState, taskOf } from './workflow.state.js';

/** A signal came: kept until something takes it. */
export function keepSignal(state: WorkflowState, name: string, payload: Json): void {
  append(state.signals, name, payload);
  state.signalsKept += 1;
}

/** The oldest signal of a name, if one is kept. */
export function keptSignal({ signals }: WorkflowState, name: string): { readonly payload: Json } | undefined {
  return Object.hasOwn(signals, name) ? { payload: firstOf(signals[name]!)! } : undefined;
}

/** The oldest signal of a name is taken, as a rule by who has waited longest for it. */
export function takeSignal(state: WorkflowState, name: string): void {
  dropFirst(state.signals, name);
  state.signalsKept -= 1;
  while (Object.hasOwn(state.awaiting, name) && !isAwaiting(state, firstOf(state.awaiting[name]!)!, name)) {
    dropFirst(state.awaiting, name);
  }
}

/** A task waits for a signal from now on. Where an attempt of it waited before, that was another turn. */
export function awaitSignal({ awaiting }: WorkflowState, name: string, ordinal: number, attempt: number): void {
  if (attempt > 1 && Object.hasOwn(awaiting, name)) without(awaiting[name]!, ordinal);
  append(awaiting, name, ordinal);
}

/** The task that has waited longest for a signal, if any waits. */
export function longestWaiting(state: WorkflowState, name: string): number | undefined {
  if (!Object.hasOwn(state.awaiting, name)) return undefined;
  const { items, taken } = state.awaiting[name]!;
  for (let next = taken; next < items.length; next++) if (isAwaiting(state, items[next]!, name)) return items[next];
  return undefined;
}

function isAwaiting(state: WorkflowState, ordinal: number, name: string): boolean {
  const { status, signal } = taskOf(state, ordinal);
  return status === 'waiting' && signal === name;
}

/** Defined, not assigned: "__proto__" is a name like any other. */
function append<T>(fifos: Record<string, Fifo<T>>, name: string, value: T): void {
  if (Object.hasOwn(fifos, name)) fifos[name]!.items.push(value);
  else Object.defineProperty(fifos, name, { value: newFifo(value), enumerable: true, configurable: true });
}

function dropFirst(fifos: Record<string, Fifo<unknown>>, name: string): void {
  takeFirst(fifos[name]!);
  if (isEmpty(fifos[name]!)) delete fifos[name];
}
