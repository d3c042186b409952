import { didYouMean, suggester } from '@orrery/domain';
import { jsonOption } from '../arguments/documents.js';
import { runId } from '../arguments/values.js';
import type { Cli } from '../cli.js';
import { usageError } from '../cli-error.js';
import { type Verb, isSet, textOption } from '../verb.js';
import { DRY_RUN } from './dry-run.js';
import { eachRun, told, tryOnEach } from './each-run.js';

export const signal: Verb = {
  usage: 'signal <id> <name>',
  summary: 'send a signal that a run waits for, or will wait for',
  options: [
    { flags: '--payload <json>', means: 'what comes with it: JSON, or @file, or @- for standard input' },
    DRY_RUN,
  ],
  notes: 'A signal that comes early is kept.',
  examples: [
    ['orrery signal ID approved', ''],
    ['orrery signal ID approved --payload \'{"by":"ada"}\'', ''],
    ['orrery signal ID approved --dry-run', 'what would follow'],
  ],
  async run(cli, given) {
    const [written = '', name = ''] = given.words;
    const id = runId(written);
    const payload = textOption(given, 'payload');
    const value = payload === undefined ? null : await jsonOption(cli, '--payload', payload);
    await assertAwaited(cli, id, name);
    if (isSet(given, 'dryRun')) return tryOnEach(cli, [id], { command: 'signal', options: { name, payload: value } });
    return eachRun(cli, [id], async (each) =>
      told(await cli.client.workflows.signal(each, name, value), `has got the signal ${name}`),
    );
  },
};

/** A signal that no task will ever wait for would be kept in vain. Throws `CliError` where that can be known. */
async function assertAwaited(cli: Cli, id: string, name: string): Promise<void> {
  const { definition } = await cli.client.workflows.get(id);
  // One that came with its start is not to be read from here.
  if (definition.version === null) return;
  const { document } = await cli.client.definitions.get(definition.name, { version: definition.version });
  const awaited = signalsIn(document as unknown as Document);
  if (awaited === undefined || awaited.includes(name)) return;
  const whole = `${definition.name}@${definition.version}`;
  const names = awaited.length === 0 ? 'It waits for none.' : `It waits for ${awaited.join(', ')}.`;
  const meant = didYouMean(suggester(awaited)(name));
  throw usageError('unknown-signal', `no task of ${whole} waits for a signal "${name}"${meant}`, names);
}

interface Document {
  readonly tasks: { readonly [key: string]: { readonly type: string; readonly input?: { readonly signal?: unknown } } };
}

/** The names of all signals that its tasks wait for; nothing if one of them is only known while it runs. */
function signalsIn({ tasks }: Document): readonly string[] | undefined {
  const waits = Object.values(tasks).filter(({ type }) => type === 'wait');
  const names = waits.map(({ input }) => String(input?.signal));
  return names.some((name) => name.includes('${')) ? undefined : names;
}
