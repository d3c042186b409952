import type { Json } from '../../kernel/json.js';
import { type WorkflowState, taskOf } from './workflow.state.js';

/** A signal came: kept until something takes it. */
export function keepSignal(state: WorkflowState, name: string, payload: Json): void {
  append(state.signals, name, payload);
  state.signalsKept += 1;
}

/** The oldest signal of a name, if one is kept. */
export function keptSignal({ signals }: WorkflowState, name: string): { readonly payload: Json } | undefined {
  const kept = Object.hasOwn(signals, name) ? signals[name]! : [];
  return kept.length > 0 ? { payload: kept[0]! } : undefined;
}

/** The oldest signal of a name is taken. */
export function takeSignal(state: WorkflowState, name: string): void {
  state.signals[name]!.shift();
  if (state.signals[name]!.length === 0) delete state.signals[name];
  state.signalsKept -= 1;
  const waiting = Object.hasOwn(state.awaiting, name) ? state.awaiting[name]! : [];
  while (waiting.length > 0 && !isAwaiting(state, waiting[0]!, name)) waiting.shift();
  if (waiting.length === 0) delete state.awaiting[name];
}

/** A task waits for a signal from now on. */
export function awaitSignal(state: WorkflowState, name: string, ordinal: number): void {
  append(state.awaiting, name, ordinal);
}

/** The task that has waited longest for a signal, if any waits. */
export function longestWaiting(state: WorkflowState, name: string): number | undefined {
  const waiting = Object.hasOwn(state.awaiting, name) ? state.awaiting[name]! : [];
  return waiting.find((ordinal) => isAwaiting(state, ordinal, name));
}

function isAwaiting(state: WorkflowState, ordinal: number, name: string): boolean {
  const { status, signal } = taskOf(state, ordinal);
  return status === 'waiting' && signal === name;
}

/** Defined, not assigned: "__proto__" is a name like any other. */
function append<T>(lists: Record<string, T[]>, name: string, value: T): void {
  if (Object.hasOwn(lists, name)) lists[name]!.push(value);
  else Object.defineProperty(lists, name, { value: [value], enumerable: true, configurable: true, writable: true });
}
