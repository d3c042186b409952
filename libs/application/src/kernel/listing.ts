import { Unavailable } from '@orrery/domain';
import type { NewnessRequest, PageRequest } from './page.js';
import type { Clock } from './ports/clock.js';
import type { Cursor } from './ports/log.js';
import { type AtLeast, hasReached } from './position-token.js';

/** How long a list waits to be as new as its reader wants it, in milliseconds. */
const LIST_WAIT_MS = 1_000;
const LOOK_AGAIN_MS = 25;

/** What a list is asked: how it is filtered, which page, and how new it must be at least. */
export interface Listing<Filter> {
  readonly filter: Omit<Filter, 'namespace'>;
  readonly page: PageRequest;
  readonly atLeast?: Pick<AtLeast, 'places'>;
}

/**
 * Reads a list until it is at or past the places that were asked for; the rows prove it by the checkpoints they were
 * read with. Those of all partitions are read, for they tell how new the list is to whoever did not ask.
 */
export async function newEnough<Read extends { readonly checkpoints: ReadonlyMap<number, Cursor> }>(
  { atLeast: { places } = { places: [] } }: Pick<Listing<unknown>, 'atLeast'>,
  { clock, partitions }: { readonly clock: Clock; readonly partitions: number },
  read: (newness: NewnessRequest) => Promise<Read>,
): Promise<Read> {
  const all = new Set([...Array(partitions).keys(), ...places.map(({ partition }) => partition)]);
  const newness = { partitions: [...all], atLeast: places };
  const until = clock.now() + LIST_WAIT_MS;
  for (;;) {
    const list = await read(newness);
    if (hasReached(list.checkpoints, places)) return list;
    if (clock.now() >= until) {
      throw new Unavailable('position.not-reached', 'the list has not come as far as this position yet');
    }
    await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN_MS, resolve));
  }
}
