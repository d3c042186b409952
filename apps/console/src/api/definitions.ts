import { request } from './request.js';
import type { PageAsked } from './runs.js';
import type { Definition, DefinitionSummary, Json, Page, WouldBe } from './types.js';

export function listDefinitions({ cursor, signal }: PageAsked = {}): Promise<Page<DefinitionSummary>> {
  return request('/definitions', { signal, query: { cursor, limit: 100 } });
}

/** A version of a definition; the newest, if it is not said which. */
export function getDefinition(name: string, version?: number, signal?: AbortSignal): Promise<Definition> {
  const path = `/definitions/${encodeURIComponent(name)}`;
  return request(version === undefined ? path : `${path}/${version}`, { signal });
}

/** What a run is started with. */
export interface Start {
  readonly definition: string;
  readonly input: Json;
  readonly labels?: { readonly [name: string]: string };
}

/** What a start would record; refused as the start would be. */
export function tryStart(start: Start, signal?: AbortSignal): Promise<{ readonly events: readonly WouldBe[] }> {
  return request('/workflows', { method: 'POST', body: start, query: { dryRun: true }, signal });
}

export function startRun(start: Start, key: string): Promise<{ readonly id: string }> {
  return request('/workflows', { method: 'POST', body: start, headers: { 'idempotency-key': key } });
}
