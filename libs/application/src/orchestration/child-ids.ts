import type { Namespace, StreamId } from '@orrery/domain';
import { derivedId } from '../kernel/new-ids.js';

/** The run that an attempt of a task is: each attempt has one of its own, and whoever starts it starts the same. */
export function childIdOf(namespace: Namespace, parent: string, task: number, attempt: number): StreamId {
  return derivedId('child', namespace, parent, String(task), String(attempt));
}
