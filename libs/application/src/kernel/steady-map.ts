/** So many empty places are kept, beside as many as are taken. */
const EMPTY_MAX = 1_024;

/**
 * A map for what comes and goes by the thousand. A `Map` makes itself a new table whenever it has shrunk or filled up,
 * which is several times a turn where a hundred tasks pass through; and V8 has each old table point to the next one, so
 * that a single one that has become old keeps alive whatever passed through those after it. Here what goes leaves its
 * place empty, and the empty places are cleared away now and then.
 */
export class SteadyMap<K, V extends object> {
  private places = new Map<K, V | undefined>();
  private taken = 0;

  get size(): number {
    return this.taken;
  }

  get(key: K): V | undefined {
    return this.places.get(key);
  }

  set(key: K, value: V): void {
    if (this.places.get(key) === undefined) {
      this.taken += 1;
      if (this.places.size > 2 * this.taken + EMPTY_MAX) this.clearAway();
    }
    this.places.set(key, value);
  }

  delete(key: K): boolean {
    if (this.places.get(key) === undefined) return false;
    this.places.set(key, undefined);
    this.taken -= 1;
    return true;
  }

  /** By a call a place: an iterator would make an object for each. */
  private clearAway(): void {
    const taken = new Map<K, V | undefined>();
    this.places.forEach((value, key) => value !== undefined && taken.set(key, value));
    this.places = taken;
  }

  *values(): IterableIterator<V> {
    for (const value of this.places.values()) if (value !== undefined) yield value;
  }

  *[Symbol.iterator](): IterableIterator<[K, V]> {
    for (const [key, value] of this.places) if (value !== undefined) yield [key, value];
  }
}
