import type { OnProgress, Progress } from '@orrery/infrastructure';
import { type Cli, say } from '../cli.js';
import { humanBytes } from '../output/bytes.js';
import { piece } from '../output/line.js';
import { LiveScreen } from '../run/live-screen.js';

const EVERY_MS = 250;

/** Tells how far something has come: in one line that is drawn again, or, without a terminal, when a part begins. */
export function progressTo(cli: Cli): { readonly onProgress: OnProgress; end(): void } {
  const draws = cli.options.drawsProgress && cli.err.isTerminal && !cli.options.isQuiet;
  return draws ? drawn(cli) : told(cli);
}

function drawn(cli: Cli) {
  const screen = new LiveScreen(cli.err);
  const forget = cli.farewells.add(() => {
    screen.end();
    return [];
  });
  let last = 0;
  return {
    onProgress(progress: Progress) {
      if (cli.now() - last < EVERY_MS) return;
      last = cli.now();
      screen.draw([[piece(`${progress.step} ${progress.of}  `), piece(amount(progress), 'dim')]]);
    },
    end() {
      forget();
      screen.draw([]);
      screen.end();
    },
  };
}

function told(cli: Cli) {
  let last = '';
  return {
    onProgress({ step, of }: Progress) {
      const words = `${step} ${of}`;
      if (words !== last) say(cli, words);
      last = words;
    },
    end: () => undefined,
  };
}

const amount = ({ done, unit }: Progress) =>
  unit === 'bytes' ? humanBytes(done) : `${done.toLocaleString('en-US')} rows`;
