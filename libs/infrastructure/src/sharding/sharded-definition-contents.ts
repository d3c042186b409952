import { type DefinitionContent, DefinitionContents } from '@orrery/application';
import type { Namespace } from '@orrery/domain';

/**
 * The contents of definitions: every database has all of them, so that each has what its runs need, and any of them will
 * do to read one.
 */
export class ShardedDefinitionContents extends DefinitionContents {
  constructor(private readonly stores: readonly DefinitionContents[]) {
    super();
  }

  override async put(namespace: Namespace, content: DefinitionContent): Promise<void> {
    await Promise.all(this.stores.map((store) => store.put(namespace, content)));
  }

  override async get(namespace: Namespace, hash: string): Promise<DefinitionContent | undefined> {
    const failures: unknown[] = [];
    for (const store of this.stores) {
      const found = await store.get(namespace, hash).catch((error: unknown) => void failures.push(error));
      if (found) return found;
    }
    if (failures.length > 0) throw failures[0];
    return undefined;
  }
}
