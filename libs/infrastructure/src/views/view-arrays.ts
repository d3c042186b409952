import { BinaryArrays, Oid } from '../log/binary-arrays.js';
import { storableText, storableTime } from './storable.js';

const TIMESTAMPTZ = 1184;
/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_OF_POSTGRES_MS = 946_684_800_000;
const TWO_TO_32 = 4_294_967_296;
const NULL_LENGTH = -1;

/** The arrays that the views' statements take: with nulls, and with times. */
export class ViewArrays extends BinaryArrays {
  /** Texts, made storable. */
  words<T>(items: readonly T[], of: (item: T) => string): Buffer {
    return this.texts(Oid.text, items, (item) => storableText(of(item)));
  }

  /** Values as JSON text. */
  json<T>(items: readonly T[], of: (item: T) => object | null): Buffer {
    return this.maybeTexts(Oid.json, items, (item) => {
      const value = of(item);
      return value === null ? null : JSON.stringify(value);
    });
  }

  maybeWords<T>(items: readonly T[], of: (item: T) => string | null): Buffer {
    return this.maybeTexts(Oid.text, items, (item) => {
      const text = of(item);
      return text === null ? null : storableText(text);
    });
  }

  maybeInts<T>(items: readonly T[], of: (item: T) => number | null): Buffer {
    const start = this.begin(Oid.int4, items.length, 8);
    for (const item of items) {
      const value = of(item);
      this.end = this.buffer.writeInt32BE(value === null ? NULL_LENGTH : 4, this.end);
      if (value !== null) this.end = this.buffer.writeInt32BE(value, this.end);
    }
    return this.from(start);
  }

  /** Times in milliseconds since the epoch. */
  times<T>(items: readonly T[], of: (item: T) => number | null): Buffer {
    const start = this.begin(TIMESTAMPTZ, items.length, 12);
    for (const item of items) {
      const value = of(item);
      this.end = this.buffer.writeInt32BE(value === null ? NULL_LENGTH : 8, this.end);
      if (value !== null) this.writeTime(storableTime(value));
    }
    return this.from(start);
  }

  private writeTime(ms: number): void {
    const micros = (ms - EPOCH_OF_POSTGRES_MS) * 1000;
    const high = Math.floor(micros / TWO_TO_32);
    this.end = this.buffer.writeInt32BE(high, this.end);
    this.end = this.buffer.writeUInt32BE(micros - high * TWO_TO_32, this.end);
  }

  private maybeTexts<T>(oid: typeof Oid.text | typeof Oid.json, items: readonly T[], of: (item: T) => string | null) {
    const start = this.begin(oid, items.length, 0);
    for (const item of items) {
      const text = of(item);
      // As in `texts`: a UTF-16 unit is at most three bytes of UTF-8.
      this.reserve(4 + (text === null ? 0 : text.length * 3), start);
      const length = text === null ? NULL_LENGTH : this.buffer.write(text, this.end + 4);
      this.buffer.writeInt32BE(length, this.end);
      this.end += 4 + Math.max(length, 0);
    }
    return this.from(start);
  }
}
