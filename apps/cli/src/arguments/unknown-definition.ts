import { didYouMean, suggester } from '@orrery/domain';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** There is no definition of this name: which one may have been meant. */
export async function unknownDefinition(cli: Cli, written: string): Promise<CliError> {
  const [name = '', version] = written.split('@');
  const { items } = await cli.client.definitions.list({ limit: 100 });
  const found = items.find((each) => each.name === name);
  const what = found
    ? `${name} has no version ${version}; its newest is ${found.version}`
    : `there is no definition "${name}"${didYouMean(suggester(items.map((each) => each.name))(name))}`;
  return new CliError({
    exitCode: EXIT.notFound,
    code: 'definition.not-found',
    what,
    fix: ['orrery definitions lists what is registered; a file is named with its ending: orrery run flow.yaml.'],
  });
}
