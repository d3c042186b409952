/** A content got the next version of its name, for good. Versions are counted from 1. */
export interface DefinitionRegistered {
  readonly type: 'DefinitionRegistered';
  readonly v: 1;
  readonly name: string;
  readonly version: number;
  /** SHA-256 of the content, in hex. */
  readonly hash: string;
}

export type DefinitionEvent = DefinitionRegistered;
