import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '@orrery/infrastructure';
import { say } from '../cli.js';
import { EXIT } from '../exit-codes.js';
import { show } from '../output/show.js';
import type { Verb } from '../verb.js';

export const init: Verb = {
  usage: 'init [directory]',
  summary: 'begin a project: a definition, a worker in TypeScript, and how to run them',
  notes: 'DIRECTORY is made when missing; it is this one if it is not said. What is there already is not overwritten.',
  examples: [
    ['orrery init my-workflows', 'then read its README.md'],
    ['orrery init', 'in this directory'],
  ],
  async run(cli, given) {
    const directory = given.words[0] ?? '.';
    const { projectFiles } = await import('../init/project-files.js');
    const { writeNew } = await import('../init/write-new.js');
    const files = projectFiles({ directory: resolve(directory), sdk: sdkSource() });
    await writeNew(directory, files);
    const names = Object.keys(files);
    await show(cli, {
      value: { directory: resolve(directory), files: names },
      name: directory,
      lines: () => names.map((name) => [{ text: name }]),
    });
    say(cli, `Go on with ${directory === '.' ? '' : `${directory}/`}README.md.`);
    return EXIT.ok;
  },
};

/** The SDK is not on npm yet: in a clone it is taken from there. */
function sdkSource(): string {
  const sdk = fileURLToPath(new URL('../libs/sdk', import.meta.url));
  return existsSync(sdk) ? `file:${sdk}` : VERSION;
}
