import { fileURLToPath } from 'node:url';
import { readableLog } from '@orrery/api';
import type { Orchestration } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { Opened, Stopped } from '@orrery/embedded';
import { type Logger, VERSION, createLogger, describeError, logLevelOf } from '@orrery/infrastructure';
import { type Arguments, HELP, parseArguments } from './arguments.js';
import { readConfig } from './config.js';
import { EXIT, explain } from './exit-codes.js';
import { EXAMPLES_LINE, type Greeting, exampleLine, greetingLines, greetingObject, nextLines } from './greeting.js';
import { keepHeapSmall } from './keep-heap-small.js';
import { type ExampleRun, isEmpty, runExamples } from './run-examples.js';
import { type Standalone, startStandalone } from './start-standalone.js';

/** A stop that takes longer than this is ended the hard way: nothing is lost by it but time. */
const STOP_WITHIN_MS = 30_000;
const COUNT_WITHIN_MS = 1_000;

// Beside the bundle, where a clone has them.
const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));

const say = (line: string) => process.stdout.write(`${line}\n`);
const tell = (line: string) => process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const wanted = parseArguments(process.argv.slice(2));
  if (wanted.help) return void say(HELP.trimEnd());
  if (wanted.version) return void say(VERSION);
  keepHeapSmall();
  const config = readConfig(wanted);
  const logger = createLogger(
    'orrery',
    logLevelOf(config, 'warn'),
    process.stderr.isTTY ? readableLog(process.stderr) : undefined,
  );
  const opened = new Opened((error) => logger.error({ error: describeError(error) }, 'something did not close'));
  let standalone: Standalone | undefined;
  stopOnSignals(opened, () => standalone);
  try {
    standalone = await startStandalone({ config, logger, opened, demos: wanted.examples });
    await greet(standalone, wanted, { logger, opened });
  } catch (error) {
    // Whoever said stop sees to the end.
    if (error instanceof Stopped || opened.isClosing) return;
    await opened.close();
    throw error;
  }
}

interface Around {
  readonly logger: Logger;
  readonly opened: Opened;
}

/** Says that it is ready; on an empty store the examples run, and are shown as they end. */
async function greet(
  { orchestration, greeting }: Standalone,
  { examples, json }: Arguments,
  around: Around,
): Promise<void> {
  const line = json ? () => undefined : say;
  greetingLines(greeting).forEach(line);
  const runs = examples && (await isEmpty(orchestration)) ? await showExamples(orchestration, line, around) : [];
  if (around.opened.isClosing) return;
  nextLines(greeting, runs).forEach(line);
  if (json) say(JSON.stringify(greetingObject(greeting, runs)));
}

async function showExamples(
  orchestration: Orchestration,
  line: (words: string) => void,
  { logger, opened }: Around,
): Promise<readonly ExampleRun[]> {
  line(EXAMPLES_LINE);
  try {
    return await runExamples(orchestration, EXAMPLES, (run) => line(exampleLine(run)));
  } catch (error) {
    // The server is as good without them.
    if (!opened.isClosing) logger.warn({ error: describeError(error) }, 'the examples could not be run');
    return [];
  } finally {
    line('');
  }
}

/** The first signal drains; the second one ends at once. Either way nothing is lost that was acknowledged. */
function stopOnSignals(opened: Opened, standalone: () => Standalone | undefined): void {
  let asked = 0;
  const stop = async (signal: 'SIGINT' | 'SIGTERM') => {
    if (asked++ > 0) process.exit(signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm);
    const late = setTimeout(() => {
      tell('It did not stop in 30 s and is ended now; the next start takes up what was left.');
      process.exit(EXIT.failed);
    }, STOP_WITHIN_MS);
    late.unref();
    const running = standalone();
    tell(running ? await farewell(running) : 'Stopping, before it has begun.');
    await opened.close();
    process.exit(EXIT.ok);
  };
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));
}

/** What is kept, and where. A database that does not answer soon is not waited for. */
async function farewell({ orchestration, greeting }: Standalone): Promise<string> {
  const where = placeOf(greeting);
  const counting = orchestration.ports.viewReader.countRuns({ namespace: DEFAULT_NAMESPACE });
  const unknown = { counts: {} as Record<string, number> };
  const late = new Promise<typeof unknown>((resolve) => setTimeout(() => resolve(unknown), COUNT_WITHIN_MS).unref());
  const { counts } = await Promise.race([counting.catch(() => unknown), late]);
  const { running = 0, paused = 0, compensating = 0 } = counts;
  const open = running + paused + compensating;
  if (open === 0) return `Stopping. Everything is kept in ${where}.`;
  const runs = open === 1 ? '1 run is under way: it is' : `${open} runs are under way: they are`;
  return `Stopping. ${runs} kept in ${where}, to go on at the next start. Ctrl-C again stops at once.`;
}

function placeOf({ dataDirectory, database }: Greeting): string {
  return dataDirectory ?? database ?? 'the database';
}

// Whoever read what is printed may have gone: the server goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main().catch((error: unknown) => {
  const { code, words } = explain(error);
  tell(words);
  process.exit(code);
});
