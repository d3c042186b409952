import { VERSION } from '@orrery/infrastructure';
import { EXIT } from '../exit-codes.js';
import { show } from '../output/show.js';
import type { Verb } from '../verb.js';

export const version: Verb = {
  usage: 'version',
  summary: 'print the version of this program; orrery doctor compares it with the server',
  examples: [['orrery version -o json', '{ version, node, platform }']],
  async run(cli) {
    const value = { version: VERSION, node: process.versions.node, platform: `${process.platform}-${process.arch}` };
    const words = `orrery ${VERSION} (Node ${value.node}, ${value.platform})`;
    await show(cli, { value, name: VERSION, lines: () => [[{ text: words }]] });
    return EXIT.ok;
  },
};
