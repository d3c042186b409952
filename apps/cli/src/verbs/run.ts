import { type DryRun, OrreryProblem } from '@orrery/sdk';
import { type Source, isDirectory, isFile, jsonOption, notAFile, readSource } from '../arguments/documents.js';
import { unknownDefinition } from '../arguments/unknown-definition.js';
import { labels, runId, wholeNumber } from '../arguments/values.js';
import { type Cli, say } from '../cli.js';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Shown, show } from '../output/show.js';
import { exitOf, followRun } from '../run/follow-run.js';
import { type Given, type Verb, type VerbOption, isSet, textOption, textOptions } from '../verb.js';
import { DRY_RUN, showTried } from './dry-run.js';
import { endShown, sayWhereToLook } from './result.js';

/** The options of whatever starts a run. */
export const START_OPTIONS: readonly VerbOption[] = [
  { flags: '--input <json>', means: 'the input: JSON, or @file, or @- for standard input' },
  { flags: '--label <name=value>', means: 'a label; may be repeated', isRepeated: true },
  { flags: '--id <uuid>', means: 'an id of your own: sent again, it starts once' },
  { flags: '--priority <0-9>', means: 'higher is handed out first (default 1)' },
  { flags: '--detach', means: 'print the id, and do not wait for the end' },
  DRY_RUN,
];

export const run: Verb = {
  usage: 'run <definition>',
  summary: 'start a run, and follow it to its end',
  options: START_OPTIONS,
  notes:
    'DEFINITION is a file, or the name of a registered one: order-fulfilment, order-fulfilment@3. A file is run as it\n' +
    'stands, and not registered. The exit code is 0 when the run completes, 1 when it ends in any other way.',
  examples: [
    ['orrery run examples/fan-out.yaml --input \'{"photo":"mars.raw"}\'', 'start and follow'],
    ['orrery run order-fulfilment@1 --input @order.json --label team=sky', 'a registered version'],
    ['orrery run nightly --detach -o name', 'only start it; print its id'],
    ['orrery run flow.yaml --dry-run', 'what would happen first'],
    ['orrery run nightly --output json --timeout 10m', '{ id, status, output, error }, for a program'],
  ],
  async run(cli, given) {
    const [argument = ''] = given.words;
    const source = (await isFile(argument)) ? await readSource(cli, argument) : undefined;
    const begun = source ? await startSource(cli, source, given) : await startNamed(cli, argument, given);
    return afterStart(cli, begun, given);
  },
};

/** What came of a start: the id of a run, or what would have followed. */
type Begun = { readonly id: string } | { readonly what: string; readonly tried: DryRun };

/** Follows what was started, or only says its id, or what would have followed. */
export async function afterStart(cli: Cli, begun: Begun, given: Given): Promise<ExitCode> {
  if ('tried' in begun) return showTried(cli, begun.what, begun.tried);
  const { id } = begun;
  if (isSet(given, 'detach')) {
    await show(cli, { ...(await asItIs(cli, id)), lines: () => [[{ text: id }]] });
    say(cli, `Follow it: orrery watch ${id}`);
    return EXIT.ok;
  }
  if (!cli.options.isQuiet && !cli.err.isTerminal) say(cli, `Run ${id}`);
  await followRun(cli, id, cli.err);
  const result = await cli.client.workflows.result(id);
  await show(cli, endShown(result));
  sayWhereToLook(cli, result, cli.err);
  return exitOf(result);
}

/** What was started; to programs, as it is by now: a start that is sent again may be of a run that has ended. */
async function asItIs(cli: Cli, id: string): Promise<Omit<Shown, 'lines'>> {
  if (['table', 'name'].includes(cli.options.format)) return { value: undefined, name: id };
  return endShown(await cli.client.workflows.result(id));
}

/** Starts a definition that came as a text. */
async function startSource(cli: Cli, source: Source, given: Given): Promise<Begun> {
  const { documentOf, refusedDefinition } = await import('../arguments/definition-text.js');
  const { document } = documentOf(source);
  return start(cli, document, given).catch((error: unknown) => {
    throw refusedDefinition(error, source, '/definition');
  });
}

async function startNamed(cli: Cli, name: string, given: Given): Promise<Begun> {
  return start(cli, name, given).catch(async (error: unknown) => {
    const isUnknown = error instanceof OrreryProblem && error.code === 'definition.not-found';
    if (!isUnknown) throw error;
    throw (await isDirectory(name)) ? notAFile(name) : await unknownDefinition(cli, name);
  });
}

/** Starts a definition, by its name or whole, or tries to. */
export async function start(cli: Cli, definition: string | object, given: Given): Promise<Begun> {
  const input = textOption(given, 'input');
  const id = textOption(given, 'id');
  const priority = textOption(given, 'priority');
  const options = {
    input: input === undefined ? undefined : await jsonOption(cli, '--input', input),
    labels: labels(textOptions(given, 'label')),
    id: id === undefined ? undefined : runId(id),
    priority: priority === undefined ? undefined : wholeNumber('--priority', priority, [0, 9]),
  };
  const refused = (error: unknown) => {
    throw input === undefined ? withoutInput(error) : error;
  };
  const { workflows } = cli.client;
  if (!isSet(given, 'dryRun')) return workflows.start(definition, options).catch(refused);
  const what = typeof definition === 'string' ? definition : String((definition as { name?: unknown }).name);
  return { what, tried: await workflows.dryRunStart(definition, options).catch(refused) };
}

/** An input that does not match is one thing; none at all, where one is wanted, is another. */
function withoutInput(error: unknown): unknown {
  if (!(error instanceof OrreryProblem) || error.code !== 'input.invalid') return error;
  return new CliError({
    exitCode: EXIT.usage,
    code: error.code,
    what: 'the definition wants an input, and none was given',
    fix: [`Give one: --input '{"name":"value"}', or --input @file.json. Its schema is in the definition.`],
  });
}
