import { definitionContentsContract } from './definition-contents.contract.js';
import { MemoryDefinitionContents } from './memory-definition-contents.js';

definitionContentsContract('MemoryDefinitionContents', async () => ({
  contents: new MemoryDefinitionContents(),
  close: async () => undefined,
}));
