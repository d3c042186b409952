import type { WorkflowEvent } from '@orrery/sdk';
import type { Cli } from '../cli.js';
import { type Output, writeRows } from '../output/output.js';
import { LiveScreen } from './live-screen.js';
import { plainLine } from './plain-line.js';
import type { RunPicture } from './run-picture.js';
import { screenLines, titleOf } from './screen.js';

/** How a run is shown while it is followed. */
export interface RunView {
  /** Whether what happened before it was looked at is to be told as well: a picture has it already. */
  readonly tellsPast: boolean;
  happened(event: WorkflowEvent): void;
  /** The end, or the last that is shown of it. */
  end(): void;
}

/** Four pictures a second are enough to see everything move, and cost nothing. */
const FRAME_MS = 250;
/** A run in which so long nothing happened may be stuck: the server says why. */
const STILL_MS = 2_000;

/** The view that fits where it is shown: a picture on a terminal, a line for each change elsewhere. */
export function viewOf(cli: Cli, output: Output, picture: RunPicture): RunView {
  if (cli.options.isQuiet) return { tellsPast: false, happened: () => undefined, end: () => undefined };
  const draws = cli.options.drawsProgress && output.isTerminal;
  return draws ? liveView(cli, output, picture) : plainView(output, picture);
}

function liveView(cli: Cli, output: Output, picture: RunPicture): RunView {
  const screen = new LiveScreen(output);
  const draw = () => screen.draw(screenLines(picture, output));
  const timer = setInterval(draw, FRAME_MS);
  const stillness = setInterval(() => void explain(cli, picture), STILL_MS);
  const end = () => {
    clearInterval(timer);
    clearInterval(stillness);
    draw();
    screen.end();
  };
  const forget = cli.farewells.add(() => {
    end();
    return [];
  });
  draw();
  return {
    tellsPast: false,
    happened: () => undefined,
    end: () => {
      forget();
      end();
    },
  };
}

/** Asks why it does not go on; who cannot be asked now is asked again later. */
async function explain({ client }: Cli, picture: RunPicture): Promise<void> {
  const { id, endedAt } = picture.run;
  if (endedAt === null)
    await client.workflows.get(id).then(
      (run) => picture.explain(run),
      () => undefined,
    );
}

function plainView(output: Output, picture: RunPicture): RunView {
  return {
    tellsPast: true,
    happened(event) {
      const line = plainLine(event, titleOf(picture.run), picture.taskOf(event));
      if (line) writeRows(output, [line]);
    },
    end: () => undefined,
  };
}
