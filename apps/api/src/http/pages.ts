import type { Page, PageRequest, PositionTokens } from '@orrery/application';
import { API_LIMITS } from '@orrery/contract';

/** The page that a list's query asks for. */
export function pageRequest({ cursor, limit }: { readonly cursor?: string; readonly limit?: number }): PageRequest {
  return { limit: limit ?? API_LIMITS.pageItems, cursor };
}

/** A page as every list is answered, with the position that it has reached. */
export function writePage<Item>(
  { items, nextCursor, checkpoints }: Page<Item>,
  tokens: PositionTokens,
  write: (item: Item) => object,
) {
  return { items: items.map(write), nextCursor, position: tokens.writeReached(checkpoints) };
}
