import type { AtLeast, Page, PageRequest } from '@orrery/application';
import { API_LIMITS } from '@orrery/contract';

/** The page that a list's query asks for. */
export function pageRequest({ cursor, limit }: { readonly cursor?: string; readonly limit?: number }): PageRequest {
  return { limit: limit ?? API_LIMITS.pageItems, cursor };
}

/** A page as every list is answered. Its position is the one it was asked to have reached: what else it holds is unsaid. */
export function writePage<Item>(
  { items, nextCursor }: Pick<Page<Item>, 'items' | 'nextCursor'>,
  atLeast: AtLeast | undefined,
  write: (item: Item) => object,
) {
  return { items: items.map(write), nextCursor, position: atLeast?.token ?? null };
}
