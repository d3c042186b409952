/** The server takes frames and bodies up to four times as large; what goes together is gathered up to about this size. */
const BATCH_BYTES = 1_048_576;
/** More at once it does not take. */
const BATCH_ITEMS = 1_000;

/** Things in stretches, each of which fits into one frame. */
export function* inBatches<Item extends { readonly bytes: number }>(items: Iterable<Item>): Iterable<readonly Item[]> {
  let some: Item[] = [];
  let size = 0;
  for (const item of items) {
    if (some.length === BATCH_ITEMS || (some.length > 0 && size + item.bytes > BATCH_BYTES)) {
      yield some;
      [some, size] = [[], 0];
    }
    some.push(item);
    size += item.bytes;
  }
  if (some.length > 0) yield some;
}
