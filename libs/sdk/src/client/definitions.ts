import type { CheckedDefinition, Definition, DefinitionSummary, Page, RegisteredDefinition } from './answers.js';
import type { CallOptions, HttpConnection } from './http-connection.js';
import { type ListOptions, type ReadOptions, allItems, readHeaders } from './paging.js';
import { type WriteOptions, writeHeaders } from './writing.js';

/** A definition as it is given: its YAML or JSON text, or the document itself. */
export type DefinitionSource = string | object;

/** Definitions: registered, checked, listed and read. */
export class Definitions {
  constructor(private readonly http: HttpConnection) {}

  /** Registers a definition. The same content keeps its version, so that it may be sent again. */
  register(definition: DefinitionSource, options: WriteOptions = {}): Promise<RegisteredDefinition> {
    const { signal } = options;
    const headers = writeHeaders(options);
    return this.http.send({
      method: 'POST',
      path: '/definitions',
      body: definition,
      isYaml: typeof definition === 'string',
      headers,
      repeatable: true,
      signal,
    });
  }

  /** Tells all faults and warnings of a definition, and stores nothing. */
  validate(definition: DefinitionSource, { signal }: CallOptions = {}): Promise<CheckedDefinition> {
    return this.http.send({
      method: 'POST',
      path: '/definitions/validate',
      body: definition,
      isYaml: typeof definition === 'string',
      repeatable: true,
      signal,
    });
  }

  /** A page of all definitions, each with its newest version. */
  list({ cursor, limit, ...options }: ListOptions = {}): Promise<Page<DefinitionSummary>> {
    const headers = readHeaders(options);
    return this.http.send({ method: 'GET', path: '/definitions', query: { cursor, limit }, headers, ...options });
  }

  /** All definitions, page after page. */
  all(options: ListOptions = {}): AsyncGenerator<DefinitionSummary, void, undefined> {
    return allItems((cursor) => this.list({ ...options, cursor }), options.cursor);
  }

  /** The newest version of a definition, or the one that is asked for. */
  get(name: string, { version, ...options }: ReadOptions & { readonly version?: number } = {}): Promise<Definition> {
    const path = `/definitions/${encodeURIComponent(name)}${version === undefined ? '' : `/${version}`}`;
    return this.http.send({ method: 'GET', path, headers: readHeaders(options), ...options });
  }
}
