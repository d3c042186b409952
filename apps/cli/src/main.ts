import { createInterface } from 'node:readline/promises';
import { buffer } from 'node:stream/consumers';
import { commandLine, tell } from './command-line.js';
import { type Config, readConfig } from './config.js';
import { EXIT } from './exit-codes.js';
import { Farewells } from './farewells.js';
import { outputOf } from './output/output.js';

const { stdin, stdout, stderr } = process;

// Whoever read what is printed has read enough.
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed));

const words = process.argv.slice(2);
const config = settings();
const color = words.includes('--no-color') ? false : config.color;
const out = outputOf(stdout, color, config.isDumb);
const err = outputOf(stderr, color, config.isDumb);
const farewells = new Farewells();

for (const [signal, code] of [
  ['SIGINT', EXIT.sigint],
  ['SIGTERM', EXIT.sigterm],
] as const) {
  process.on(signal, () => {
    for (const line of farewells.all()) err.write(`${line}\n`);
    process.exit(code);
  });
}

function settings(): Config {
  try {
    return readConfig();
  } catch (error) {
    process.exit(tell(error, words, outputOf(stderr, undefined, false)));
  }
}

/** What a person answers; Ctrl-D is no answer, and Ctrl-C ends the command as it does everywhere. */
async function ask(question: string): Promise<string> {
  const reading = createInterface({ input: stdin, output: stderr });
  reading.once('SIGINT', () => {
    stderr.write('\n');
    process.kill(process.pid, 'SIGINT');
  });
  try {
    return await reading.question(question);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    stderr.write('\n');
    return '';
  } finally {
    reading.close();
  }
}

const code = await commandLine(words, {
  config,
  out,
  err,
  farewells,
  isSomebodyThere: stdin.isTTY === true && err.isTerminal,
  ask,
  readStdin: () => buffer(stdin),
  now: Date.now,
});
// What was written into a pipe may still be on its way; ending the process now would cut it off.
await Promise.all([stdout, stderr].map((stream) => new Promise<void>((sent) => stream.write('', () => sent()))));
process.exit(code);
