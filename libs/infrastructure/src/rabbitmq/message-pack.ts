import { Invalid, LIMITS } from '@orrery/domain';

/** What one value of MessagePack begins with: how many bytes it has, and how many values follow that are inside it. */
interface Head {
  readonly bytes: number;
  readonly inside: number;
}

const head = (bytes: number, inside = 0): Head => ({ bytes, inside });
type ReadHead = (body: Buffer, at: number) => Head;

const number = (body: Buffer, at: number, bytes: number) => body.readUIntBE(at + 1, bytes);
const text =
  (length: number): ReadHead =>
  (body, at) =>
    head(1 + length + number(body, at, length));
const array =
  (length: number): ReadHead =>
  (body, at) =>
    head(1 + length, number(body, at, length));
const map =
  (length: number): ReadHead =>
  (body, at) =>
    head(1 + length, 2 * number(body, at, length));

const HEAD_BYTES_MAX = 9;

/** By their first byte, the values that have one of their own. */
const HEADS: { readonly [first: number]: ReadHead | undefined } = {
  0xc0: () => head(1),
  0xc2: () => head(1),
  0xc3: () => head(1),
  0xca: (body, at) => finite(body.readFloatBE(at + 1), 5),
  0xcb: (body, at) => finite(body.readDoubleBE(at + 1), 9),
  0xcc: () => head(2),
  0xcd: () => head(3),
  0xce: () => head(5),
  0xcf: () => head(9),
  0xd0: () => head(2),
  0xd1: () => head(3),
  0xd2: () => head(5),
  0xd3: () => head(9),
  0xd9: text(1),
  0xda: text(2),
  0xdb: text(4),
  0xdc: array(2),
  0xdd: array(4),
  0xde: map(2),
  0xdf: map(4),
};

/**
 * Looks through a body before anything is made of it: lengths are claims, and a few bytes may claim gigabytes. Throws
 * `Invalid` for what is cut off, nests too deep, or has no like in JSON: bytes, times, extensions, endless numbers.
 */
export function lookThrough(body: Buffer): void {
  // The head of what is cut off reads as zeros: how long it would be is looked at afterwards.
  const padded = Buffer.concat([body, Buffer.alloc(HEAD_BYTES_MAX)]);
  let at = 0;
  let awaited = 1;
  /** How many values are still to come at each depth. */
  const open: number[] = [1];
  while (awaited > 0) {
    if (at >= body.length) throw unreadable('it is cut off');
    const { bytes, inside } = headAt(padded, at);
    at += bytes;
    awaited += inside - 1;
    // A value has at least one byte.
    if (awaited > body.length - at) throw unreadable('it is cut off');
    open[open.length - 1]! -= 1;
    if (inside > 0) open.push(inside);
    if (open.length > LIMITS.depth + 1) throw unreadable(`it nests more than ${LIMITS.depth} deep (depth)`);
    while (open.at(-1) === 0) open.pop();
  }
  if (at !== body.length) throw unreadable('something comes after it');
}

function headAt(body: Buffer, at: number): Head {
  const first = body[at]!;
  if (first < 0x80 || first >= 0xe0) return head(1);
  if (first < 0x90) return head(1, 2 * (first & 0x0f));
  if (first < 0xa0) return head(1, first & 0x0f);
  if (first < 0xc0) return head(1 + (first & 0x1f));
  const read = HEADS[first];
  if (!read) throw unreadable('it holds what JSON has no like of');
  return read(body, at);
}

function finite(value: number, bytes: number): Head {
  if (!Number.isFinite(value)) throw unreadable('it holds a number without end');
  return head(bytes);
}

function unreadable(what: string): Invalid {
  return new Invalid('request.unreadable', `the body is not MessagePack that JSON could say: ${what}`);
}
