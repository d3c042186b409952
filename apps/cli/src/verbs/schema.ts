import { EXIT } from '../exit-codes.js';
import { show } from '../output/show.js';
import type { Verb } from '../verb.js';

export const schema: Verb = {
  usage: 'schema',
  summary: 'print the JSON Schema of definitions, for editors and other programs',
  notes:
    'A first line `# yaml-language-server: $schema=definition.schema.json` makes an editor complete and check a file.',
  examples: [['orrery schema > definition.schema.json', '']],
  async run(cli) {
    const { DEFINITION_SCHEMA } = await import('../arguments/definition-schema.js');
    const text = JSON.stringify(DEFINITION_SCHEMA, undefined, 2);
    await show(cli, {
      value: DEFINITION_SCHEMA,
      name: String(DEFINITION_SCHEMA['$id']),
      lines: () => text.split('\n').map((line) => [{ text: line }]),
    });
    return EXIT.ok;
  },
};
