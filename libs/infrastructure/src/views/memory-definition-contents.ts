import { type DefinitionContent, DefinitionContents } from '@orrery/application';
import type { Namespace } from '@orrery/domain';
import { storableText } from './storable.js';

/** What definitions say, in memory. */
export class MemoryDefinitionContents extends DefinitionContents {
  private readonly contents = new Map<string, DefinitionContent>();

  override async put(namespace: Namespace, content: DefinitionContent): Promise<void> {
    const key = `${namespace}/${content.hash}`;
    if (this.contents.has(key)) return;
    this.contents.set(key, structuredClone({ ...content, source: storableText(content.source) }));
  }

  override async get(namespace: Namespace, hash: string): Promise<DefinitionContent | undefined> {
    return structuredClone(this.contents.get(`${namespace}/${hash}`));
  }
}
