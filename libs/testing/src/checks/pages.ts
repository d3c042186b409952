/** Every item of a list, page by page. */
export async function allPages<T>(
  read: (page: { readonly limit: number; readonly cursor?: string }) => Promise<{
    readonly items: readonly T[];
    readonly nextCursor: string | null;
  }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await read({ limit: 100, cursor });
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = page.nextCursor;
  }
}
