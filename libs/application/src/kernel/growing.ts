/** A cache of at most so many items that makes room as it fills: with `max` it would make room for all of them at once. */
export function growing(items: number): { readonly maxSize: number; readonly sizeCalculation: () => number } {
  return { maxSize: items, sizeCalculation: () => 1 };
}
