import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { definitionContentsContract } from '../views/definition-contents.contract.js';
import { MemoryDefinitionContents } from '../views/memory-definition-contents.js';
import { ShardedDefinitionContents } from './sharded-definition-contents.js';

definitionContentsContract('ShardedDefinitionContents', async () => ({
  contents: new ShardedDefinitionContents([new MemoryDefinitionContents(), new MemoryDefinitionContents()]),
  close: async () => undefined,
}));

const content = { hash: 'c0ffee', document: { name: 'a' }, source: '{}', format: 'json' as const };

class Away extends MemoryDefinitionContents {
  override get(): Promise<never> {
    return Promise.reject(new Error('away'));
  }
}

describe('The contents of definitions in several databases', () => {
  it('are in every one of them', async () => {
    const stores = [new MemoryDefinitionContents(), new MemoryDefinitionContents()];
    await new ShardedDefinitionContents(stores).put(DEFAULT_NAMESPACE, content);
    for (const store of stores) expect(await store.get(DEFAULT_NAMESPACE, 'c0ffee')).toEqual(content);
  });

  it('are read where one is away, which is told where none that answers has them', async () => {
    const here = new MemoryDefinitionContents();
    await here.put(DEFAULT_NAMESPACE, content);
    const contents = new ShardedDefinitionContents([new Away(), here]);
    expect(await contents.get(DEFAULT_NAMESPACE, 'c0ffee')).toEqual(content);
    await expect(contents.get(DEFAULT_NAMESPACE, 'beef')).rejects.toThrow('away');
  });
});
