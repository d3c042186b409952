import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DefinitionContent, DefinitionContents } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace } from '@orrery/domain';

export interface ContentsHarness {
  readonly contents: DefinitionContents;
  close(): Promise<void>;
}

const other = 'other' as Namespace;

const content: DefinitionContent = {
  hash: 'c0ffee',
  document: { name: 'order', tasks: { b: { type: 'http', input: { n: 1e21, s: 'ü\u0000\ud800😀' } }, a: null } },
  source: '# a comment\nname: order\r\n\ttasks: 😀',
  format: 'yaml',
};

/** What every store of definitions' contents keeps to. */
export function definitionContentsContract(name: string, open: () => Promise<ContentsHarness>): void {
  describe(name, () => {
    let harness: ContentsHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    it('gives back what was stored', async () => {
      await harness.contents.put(DEFAULT_NAMESPACE, content);
      const stored = await harness.contents.get(DEFAULT_NAMESPACE, content.hash);
      expect(stored).toEqual(content);
      expect(JSON.stringify(stored!.document)).toBe(JSON.stringify(content.document));
    });

    it('knows nothing of what was not stored', async () => {
      await harness.contents.put(DEFAULT_NAMESPACE, content);
      expect(await harness.contents.get(DEFAULT_NAMESPACE, 'beef')).toBeUndefined();
      expect(await harness.contents.get(DEFAULT_NAMESPACE, 'c0ffee\u0000')).toBeUndefined();
    });

    it('changes nothing the second time', async () => {
      await harness.contents.put(DEFAULT_NAMESPACE, content);
      await harness.contents.put(DEFAULT_NAMESPACE, { ...content, source: 'another text of the same document' });
      expect(await harness.contents.get(DEFAULT_NAMESPACE, content.hash)).toEqual(content);
    });

    it('stores the same content once for many who come at once', async () => {
      await Promise.all(Array.from({ length: 8 }, () => harness.contents.put(DEFAULT_NAMESPACE, content)));
      expect(await harness.contents.get(DEFAULT_NAMESPACE, content.hash)).toEqual(content);
    });

    it('keeps namespaces apart', async () => {
      await harness.contents.put(DEFAULT_NAMESPACE, content);
      expect(await harness.contents.get(other, content.hash)).toBeUndefined();
      const theirs: DefinitionContent = { ...content, document: {}, source: '{}', format: 'json' };
      await harness.contents.put(other, theirs);
      expect(await harness.contents.get(other, content.hash)).toEqual(theirs);
      expect(await harness.contents.get(DEFAULT_NAMESPACE, content.hash)).toEqual(content);
    });

    it('replaces what no text can hold in the source', async () => {
      await harness.contents.put(DEFAULT_NAMESPACE, { ...content, source: 'a\u0000b' });
      expect(await harness.contents.get(DEFAULT_NAMESPACE, content.hash)).toMatchObject({ source: 'a\ufffdb' });
    });
  });
}
