/** First in, first out, in plain JSON. What was taken is let go of when it is half of all, so that taking costs the same however many there are. */
export interface Fifo<T> {
  items: T[];
  taken: number;
}

export function newFifo<T>(first: T): Fifo<T> {
  return { items: [first], taken: 0 };
}

/** The first one; nothing if all are taken. */
export function firstOf<T>({ items, taken }: Fifo<T>): T | undefined {
  return items[taken];
}

export function isEmpty({ items, taken }: Fifo<unknown>): boolean {
  return taken === items.length;
}

/** Takes the first one off. */
export function takeFirst(fifo: Fifo<unknown>): void {
  fifo.taken += 1;
  if (fifo.taken * 2 < fifo.items.length) return;
  fifo.items = fifo.items.slice(fifo.taken);
  fifo.taken = 0;
}

/** Takes every one like this out, wherever it stands. */
export function without<T>(fifo: Fifo<T>, item: T): void {
  fifo.items = fifo.items.slice(fifo.taken).filter((each) => each !== item);
  fifo.taken = 0;
}
