import { request } from './request.js';
import type { Command, PageAsked } from './runs.js';
import type { DeadLetter, DeadLetterDetails, Page, Queue, Worker } from './types.js';

export const listWorkers = (signal?: AbortSignal): Promise<Page<Worker>> => request('/workers', { signal });
export const listQueues = (signal?: AbortSignal): Promise<Page<Queue>> => request('/queues', { signal });

export const getLimits = (signal?: AbortSignal): Promise<{ readonly limits: { readonly [name: string]: number } }> =>
  request('/limits', { signal });

export function listDeadLetters(status: string, { cursor, signal }: PageAsked = {}): Promise<Page<DeadLetter>> {
  return request('/dead-letters', { signal, query: { status, cursor, limit: 100 } });
}

export const getDeadLetter = (id: string, signal?: AbortSignal): Promise<DeadLetterDetails> =>
  request(`/dead-letters/${id}`, { signal });

/** The command that sends a dead letter again, or gives it up. */
export const deadLetterCommand = (id: string, name: 'redrive' | 'drop'): Command => ({
  path: `/dead-letters/${id}/${name}`,
  method: 'POST',
});
