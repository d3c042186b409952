import type { WorkflowStatus } from '@orrery/sdk';
import type { Cli } from '../cli.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Output } from '../output/output.js';
import { RunPicture } from './run-picture.js';
import { viewOf } from './views.js';

/** Shows a run until it has ended. */
export async function followRun(cli: Cli, id: string, output: Output): Promise<void> {
  const { workflows } = cli.client;
  const picture = new RunPicture(await workflows.getWhole(id), cli.now);
  const forget = cli.farewells.add(() => [`The run goes on: orrery watch ${id}`]);
  const view = viewOf(cli, output, picture);
  try {
    const after = view.tellsPast ? 0 : picture.run.version;
    for await (const event of workflows.follow(id, { after })) {
      const isSeen = picture.apply(event);
      if (!isSeen) picture.read(await workflows.getWhole(id));
      view.happened(event);
    }
    picture.read(await workflows.getWhole(id));
  } finally {
    view.end();
    forget();
  }
}

/** What the end of a run is as an exit code. */
export function exitOf({ status }: { readonly status: WorkflowStatus }): ExitCode {
  return status === 'completed' ? EXIT.ok : EXIT.failed;
}
