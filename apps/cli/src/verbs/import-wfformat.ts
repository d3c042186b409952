import { basename } from 'node:path';
import { readSource } from '../arguments/documents.js';
import { say } from '../cli.js';
import { CliError, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { counted } from '../output/counts.js';
import { show } from '../output/show.js';
import { type Given, type Verb, isSet, textOption } from '../verb.js';
import { START_OPTIONS, afterStart, start } from './run.js';

export const importWfFormatFile: Verb = {
  usage: 'import wfformat <file>',
  summary: 'make a definition of a recorded workflow (WfCommons, WfFormat 1.3 to 1.6)',
  options: [
    {
      flags: '--time-scale <factor>',
      means: 'what the recorded runtimes are multiplied with (default 1; 0 is no sleep)',
    },
    { flags: '--name <name>', means: 'what the definition is called (default: that of the file, or of the recording)' },
    { flags: '--run', means: 'run it, as orrery run does, instead of printing it' },
    ...START_OPTIONS.filter(({ flags }) => !flags.startsWith('--input')),
  ],
  notes: 'Each task sleeps as long as it took, scaled; the graph is the same.',
  examples: [
    ['orrery import wfformat montage.json > montage.yaml', 'print the definition'],
    ['orrery import wfformat montage.json --time-scale 0.001 --run', 'run it, a thousand times as fast'],
    ['orrery import wfformat montage.json --run -o json', '{ id, status, output, error }'],
  ],
  async run(cli, given) {
    const file = given.words[0] ?? '';
    const source = await readSource(cli, file);
    const name = textOption(given, 'name') ?? (file === '-' ? undefined : basename(file).replace(/\.json$/, ''));
    const { importWfFormat } = await import('../import/index.js');
    const imported = importWfFormat(source.text, {
      name,
      timeScale: timeScaleOf(textOption(given, 'timeScale') ?? '1'),
    });
    if ('faults' in imported) {
      const places = imported.faults.map((fault) => ({ ...fault, source: `${source.name}${fault.pointer}` }));
      const what = `${source.name} cannot be imported`;
      throw new CliError({ exitCode: EXIT.usage, code: 'import.invalid', what, places });
    }
    const { document } = imported;
    if (isSet(given, 'run')) return afterStart(cli, await start(cli, document, given), given);
    const { stringify } = await import('../output/yaml.js');
    await show(cli, {
      value: document,
      name: document.name,
      lines: () =>
        stringify(document, { lineWidth: 0 })
          .trimEnd()
          .split('\n')
          .map((text) => [{ text }]),
    });
    say(cli, `${counted(Object.keys(document.tasks).length, 'task')}. Run it: ${commandOf(file, given)}`);
    return EXIT.ok;
  },
};

/** What has to be typed to run the same. */
function commandOf(file: string, given: Given): string {
  const options = ['name', 'timeScale'].flatMap((name) => {
    const value = textOption(given, name);
    return value === undefined ? [] : [`--${name === 'timeScale' ? 'time-scale' : name} ${shellWord(value)}`];
  });
  const words = ['orrery import wfformat', shellWord(file), ...options, '--run'].join(' ');
  return file === '-' ? `${words} < FILE` : words;
}

const shellWord = (text: string) => (/^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function timeScaleOf(written: string): number {
  if (/^(\d{1,9}(\.\d{1,12})?|\.\d{1,12}|\d(\.\d+)?e-?\d{1,2})$/i.test(written)) return Number(written);
  throw usageError(
    'bad-number',
    `--time-scale must be a number that is not negative, and is "${written}"`,
    'Write --time-scale 0.001.',
  );
}
