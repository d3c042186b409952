import { type DefinitionSummary, OrreryProblem } from '@orrery/sdk';
import { readSource } from '../arguments/documents.js';
import { unknownDefinition } from '../arguments/unknown-definition.js';
import { type Cli, say } from '../cli.js';
import type { Place } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { counted } from '../output/counts.js';
import { placeLines } from '../output/error-lines.js';
import { writeLines } from '../output/output.js';
import { show, showList } from '../output/show.js';
import { humanAgo } from '../output/times.js';
import { type Verb, isSet } from '../verb.js';
import { DRY_RUN, showTried } from './dry-run.js';

export const validate: Verb = {
  usage: 'validate <file>',
  summary: 'check a definition; no server is needed',
  notes: 'Every fault is told at once, with its place. Warnings do not make it invalid.',
  examples: [
    ['orrery validate flow.yaml', ''],
    ['cat flow.yaml | orrery validate -', 'from standard input'],
    ['orrery validate flow.yaml -o json', '{ valid, errors, warnings }'],
  ],
  async run(cli, given) {
    const source = await readSource(cli, given.words[0] ?? '');
    const { faultsOf, faulty } = await import('../arguments/definition-text.js');
    const places = faultsOf(source);
    const warnings = places.filter(({ severity }) => severity === 'warning');
    const errors = places.filter(({ severity }) => severity !== 'warning');
    if (errors.length > 0 && cli.options.format === 'table') throw faulty(source, places);
    const told = warnings.length === 0 ? 'is valid' : `is valid, with ${counted(warnings.length, 'warning')}`;
    await show(cli, {
      value: { valid: errors.length === 0, errors, warnings },
      name: source.name,
      lines: () => [[{ text: `${source.name} ${told}` }], ...warnings.flatMap(placeLines)],
    });
    return errors.length === 0 ? EXIT.ok : EXIT.usage;
  },
};

export const register: Verb = {
  usage: 'register <file>',
  summary: 'register a definition under its name',
  options: [DRY_RUN],
  notes: 'The same content keeps its version; changed content gets the next one.',
  examples: [
    ['orrery register examples/fan-out.yaml', ''],
    ['orrery register flow.yaml -o name', 'prints name@version'],
    ['orrery register flow.yaml --dry-run', 'whether it would be a new version'],
  ],
  async run(cli, given) {
    const source = await readSource(cli, given.words[0] ?? '');
    const refused = async (error: unknown) => {
      throw (await import('../arguments/definition-text.js')).refusedDefinition(error, source);
    };
    if (isSet(given, 'dryRun'))
      return showTried(cli, source.name, await cli.client.definitions.dryRun(source.text).catch(refused));
    const registered = await cli.client.definitions.register(source.text).catch(refused);
    const name = `${registered.name}@${registered.version}`;
    await show(cli, { value: registered, name, lines: () => [[{ text: `${name} is registered` }]] });
    warn(
      cli,
      registered.warnings.map((each) => ({ ...each, source: source.name })),
    );
    say(cli, `Run it: orrery run ${registered.name}`);
    return EXIT.ok;
  },
};

function warn(cli: Cli, warnings: readonly Place[]): void {
  if (!cli.options.isQuiet) writeLines(cli.err, warnings.flatMap(placeLines));
}

export const definitions: Verb = {
  usage: 'definitions [name]',
  summary: 'list what is registered, or print one as its author wrote it',
  examples: [
    ['orrery definitions', 'names and newest versions'],
    ['orrery definitions fan-out > fan-out.yaml', 'the newest version'],
    ['orrery definitions fan-out@1 -o json', 'an older one, with its hash'],
  ],
  async run(cli, given) {
    const [written] = given.words;
    await (written === undefined ? listAll(cli) : printOne(cli, written));
    return EXIT.ok;
  },
};

async function listAll(cli: Cli): Promise<void> {
  const items: DefinitionSummary[] = [];
  for await (const each of cli.client.definitions.all({ limit: 100 })) items.push(each);
  const columns = [
    { head: 'NAME', of: ({ name }: DefinitionSummary) => name },
    { head: 'VERSION', of: ({ version }: DefinitionSummary) => String(version), align: 'right' as const },
    { head: 'REGISTERED', of: ({ registeredAt }: DefinitionSummary) => humanAgo(registeredAt, cli.now()) },
  ];
  await showList(cli, { items, columns, name: ({ name }) => name });
  if (items.length === 0 && cli.options.format === 'table')
    say(cli, 'Nothing is registered. orrery register FILE adds a definition.');
}

async function printOne(cli: Cli, written: string): Promise<void> {
  const [name = '', version] = written.split('@');
  const wanted = version !== undefined && /^\d{1,9}$/.test(version) ? Number(version) : undefined;
  const found = await cli.client.definitions.get(name, { version: wanted }).catch(async (error: unknown) => {
    throw error instanceof OrreryProblem && error.code === 'definition.not-found'
      ? await unknownDefinition(cli, written)
      : error;
  });
  const lines = found.source.replace(/\n$/, '').split('\n');
  await show(cli, {
    value: found,
    name: `${found.name}@${found.version}`,
    lines: () => lines.map((text) => [{ text }]),
  });
}
