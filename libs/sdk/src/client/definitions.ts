import type {
  CheckedDefinition,
  Definition,
  DefinitionSummary,
  DryRun,
  Page,
  RegisteredDefinition,
} from './answers.js';
import type { CallOptions, HttpConnection, HttpRequest } from './http-connection.js';
import { type ListOptions, type ReadOptions, allItems, readHeaders } from './paging.js';
import { type WriteOptions, writeHeaders } from './writing.js';

/** A definition as it is given: its YAML or JSON text, or the document itself. */
export type DefinitionSource = string | object;

/** Definitions: registered, checked, listed and read. */
export class Definitions {
  constructor(private readonly http: HttpConnection) {}

  /** Registers a definition. The same content keeps its version, so that it may be sent again. */
  register(definition: DefinitionSource, options: WriteOptions = {}): Promise<RegisteredDefinition> {
    return this.post({ path: '/definitions' }, definition, options);
  }

  /** The event that registering would bring, or none where the content is known; nothing is stored. */
  dryRun(definition: DefinitionSource, options: WriteOptions = {}): Promise<DryRun> {
    return this.post({ path: '/definitions', query: { dryRun: true } }, definition, options);
  }

  /** Tells all faults and warnings of a definition, and stores nothing. */
  validate(definition: DefinitionSource, { signal }: CallOptions = {}): Promise<CheckedDefinition> {
    return this.post({ path: '/definitions/validate' }, definition, { signal });
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

  private post<Answer>(
    where: Pick<HttpRequest, 'path' | 'query'>,
    definition: DefinitionSource,
    options: WriteOptions,
  ): Promise<Answer> {
    const isYaml = typeof definition === 'string';
    const headers = writeHeaders(options);
    const { signal } = options;
    return this.http.send({ ...where, method: 'POST', body: definition, isYaml, headers, repeatable: true, signal });
  }
}
