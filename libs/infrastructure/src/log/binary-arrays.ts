import { Invalid } from '@orrery/domain';

/** The element types that the log's statements take, by their fixed object ids. */
export const Oid = { bytea: 17, int2: 21, int4: 23, text: 25, json: 114, uuid: 2950 } as const;

const HEADER_BYTES = 20;
const START_BYTES = 65_536;
// A buffer that one huge batch needed is not kept for all the small ones after it.
const KEEP_BYTES = 4 * 1_048_576;
const BAD_DIGIT = 0xff;
const HEX_VALUE = hexValues();
// Where the two digits of each byte stand in `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
const DIGITS_OF_BYTE = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/**
 * Writes one-dimensional arrays in PostgreSQL's binary format, one after the other into one buffer. Against array
 * literals this spares escaping every quote of a payload here and parsing it again there.
 *
 * The arrays are views of that buffer: they hold until the next `reset`.
 */
export class BinaryArrays {
  protected buffer = Buffer.allocUnsafe(START_BYTES);
  protected end = 0;

  reset(): void {
    if (this.buffer.length > KEEP_BYTES) this.buffer = Buffer.allocUnsafe(START_BYTES);
    this.end = 0;
  }

  ints<T>(items: readonly T[], of: (item: T) => number): Buffer {
    const start = this.begin(Oid.int4, items.length, 8);
    for (const item of items) {
      this.buffer.writeInt32BE(4, this.end);
      this.buffer.writeInt32BE(of(item), this.end + 4);
      this.end += 8;
    }
    return this.from(start);
  }

  smallInts<T>(items: readonly T[], of: (item: T) => number): Buffer {
    const start = this.begin(Oid.int2, items.length, 6);
    for (const item of items) {
      this.buffer.writeInt32BE(2, this.end);
      this.buffer.writeInt16BE(of(item), this.end + 4);
      this.end += 6;
    }
    return this.from(start);
  }

  uuids<T>(items: readonly T[], of: (item: T) => string): Buffer {
    const start = this.begin(Oid.uuid, items.length, 20);
    for (const item of items) {
      this.buffer.writeInt32BE(16, this.end);
      writeUuid(of(item), this.buffer, this.end + 4);
      this.end += 20;
    }
    return this.from(start);
  }

  bytes<T>(items: readonly T[], of: (item: T) => Uint8Array): Buffer {
    const start = this.begin(Oid.bytea, items.length, 0);
    for (const item of items) {
      const value = of(item);
      this.reserve(4 + value.length, start);
      this.buffer.writeInt32BE(value.length, this.end);
      this.buffer.set(value, this.end + 4);
      this.end += 4 + value.length;
    }
    return this.from(start);
  }

  /** Texts as they are: also the form of `json`, whose text the server checks and keeps. */
  texts<T>(oid: typeof Oid.text | typeof Oid.json, items: readonly T[], of: (item: T) => string): Buffer {
    const start = this.begin(oid, items.length, 0);
    for (const item of items) {
      const text = of(item);
      // A UTF-16 unit is at most three bytes of UTF-8: with that much room the text is encoded and counted in one go.
      this.reserve(4 + text.length * 3, start);
      const length = this.buffer.write(text, this.end + 4);
      this.buffer.writeInt32BE(length, this.end);
      this.end += 4 + length;
    }
    return this.from(start);
  }

  protected begin(oid: number, count: number, bytesEach: number): number {
    const start = this.end;
    this.reserve(HEADER_BYTES + count * bytesEach, start);
    const header = [count === 0 ? 0 : 1, 0, oid];
    // An empty array has no dimension at all.
    if (count > 0) header.push(count, 1);
    for (const word of header) this.end = this.buffer.writeInt32BE(word, this.end);
    return start;
  }

  /** Makes room; arrays that are done keep the old buffer, the one that is being written moves to the new. */
  protected reserve(bytes: number, start: number): void {
    if (this.end + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.end + bytes));
    this.buffer.copy(grown, start, start, this.end);
    this.buffer = grown;
  }

  protected from(start: number): Buffer {
    return this.buffer.subarray(start, this.end);
  }
}

function writeUuid(text: string, into: Buffer, at: number): void {
  let digits = isShapedLikeUuid(text) ? 0 : BAD_DIGIT;
  for (let byte = 0; byte < 16; byte += 1) {
    const index = DIGITS_OF_BYTE[byte]!;
    const high = HEX_VALUE[text.charCodeAt(index)] ?? BAD_DIGIT;
    const low = HEX_VALUE[text.charCodeAt(index + 1)] ?? BAD_DIGIT;
    digits |= high | low;
    into[at + byte] = (high << 4) | low;
  }
  if (digits > 0x0f) throw new Invalid('log.stream-id', `not a UUID: ${text}`);
}

function isShapedLikeUuid(text: string): boolean {
  return text.length === 36 && text[8] === '-' && text[13] === '-' && text[18] === '-' && text[23] === '-';
}

function hexValues(): Uint8Array {
  const values = new Uint8Array(128).fill(BAD_DIGIT);
  for (let value = 0; value < 16; value += 1) values[value.toString(16).charCodeAt(0)] = value;
  return values;
}
