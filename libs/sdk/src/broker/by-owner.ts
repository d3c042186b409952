/** What is to be said to each owner, in the order in which it was given. */
export function byOwner<Item extends { readonly owner: string }>(
  items: readonly Item[],
): Map<string, Omit<Item, 'owner'>[]> {
  const groups = new Map<string, Omit<Item, 'owner'>[]>();
  for (const { owner, ...item } of items) {
    const group = groups.get(owner);
    if (group) group.push(item);
    else groups.set(owner, [item]);
  }
  return groups;
}
