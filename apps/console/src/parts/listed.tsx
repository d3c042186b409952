import { Failed, SkeletonRows } from './states.js';
import { type Answered, useLastError } from './use-last-error.js';

/** As much of a question to the API as a list has to know. */
interface Asked extends Answered {
  readonly refetch: () => unknown;
}

export interface ListedProps<Item> {
  readonly asked: Asked;
  readonly items: readonly Item[] | undefined;
  /** What stands where nothing is. */
  readonly empty: React.ReactNode;
  readonly children: (items: readonly Item[]) => React.ReactNode;
  readonly rows?: number;
}

/** A list in whichever state it is: on its way, refused, empty, or there. What was there stays, when asking again fails. */
export function Listed<Item>({ asked, items, empty, children, rows }: ListedProps<Item>) {
  const error = useLastError(asked);
  if (asked.isPending && !error) return <SkeletonRows rows={rows} />;
  if (items === undefined || (error && items.length === 0)) {
    return <Failed error={error} retry={() => void asked.refetch()} />;
  }
  return items.length === 0 ? empty : children(items);
}
