import type { Json } from '@orrery/domain';

/** A place in a text, as an editor counts: from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A document that was read, and where its parts are in the text. */
export interface ReadDocument {
  readonly value: Json;
  /**
   * Where the value that a JSON pointer names begins; for one that is not there, where the nearest around it does. With
   * `offset`, the place of that character of a text, as far as the text stands in the document as it is.
   */
  locate(pointer: string, offset?: number): Place;
}

/** Reads what people write: JSON, or YAML 1.2 of the kind that says the same to everyone. */
export abstract class DocumentReader {
  /**
   * The document as plain JSON, or throws `Invalid` (`document.unreadable`) with every fault it found, each with line and
   * column. Bytes are read as UTF-8.
   */
  abstract read(source: string | Uint8Array, format: 'json' | 'yaml'): ReadDocument;
}
