import type { Workflow } from '@orrery/sdk';
import type { Cli } from '../cli.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Output } from '../output/output.js';
import { RunPicture } from './run-picture.js';
import { viewOf } from './views.js';

/** Shows a run until it has ended, and answers how it ended. */
export async function followRun(cli: Cli, id: string, output: Output): Promise<Workflow> {
  const { workflows } = cli.client;
  const picture = new RunPicture(await workflows.getWhole(id), cli.now);
  const forget = cli.farewells.add(() => [`The run goes on: orrery watch ${id}`]);
  const view = viewOf(cli, output, picture);
  try {
    // From its first event: whoever reads lines has to see how it came to where it is.
    for await (const event of workflows.follow(id)) {
      const isSeen = picture.apply(event);
      if (!isSeen) picture.read(await workflows.getWhole(id));
      view.happened(event);
    }
    picture.read(await workflows.getWhole(id));
    return picture.run;
  } finally {
    view.end();
    forget();
  }
}

/** What the end of a run is as an exit code. */
export function exitOf({ status }: { readonly status: Workflow['status'] }): ExitCode {
  return status === 'completed' ? EXIT.ok : EXIT.failed;
}
