import type { JsonObject, Namespace } from '@orrery/domain';

/** A definition as it was sent: stored once, by the hash of its content, before anything refers to it. */
export interface DefinitionContent {
  /** SHA-256 of what the document says, in hex: see `contentHash`. */
  readonly hash: string;
  readonly document: JsonObject;
  /** The text that the author wrote, and its format; it keeps comments and order. */
  readonly source: string;
  readonly format: 'json' | 'yaml';
}

export abstract class DefinitionContents {
  /** Stores it; a second time changes nothing. */
  abstract put(namespace: Namespace, content: DefinitionContent): Promise<void>;
  abstract get(namespace: Namespace, hash: string): Promise<DefinitionContent | undefined>;
}
