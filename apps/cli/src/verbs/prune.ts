import { OrreryProblem, type WorkflowStatus } from '@orrery/sdk';
import { confirmed } from '../arguments/confirm.js';
import { duration } from '../arguments/values.js';
import { type Cli, say } from '../cli.js';
import { usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { show } from '../output/show.js';
import { type Verb, isSet, textOption } from '../verb.js';

const ENDED: readonly WorkflowStatus[] = ['completed', 'failed', 'compensated', 'cancelled'];
/** How many are deleted side by side. */
const AT_ONCE = 8;
const PAGE = 100;

export const prune: Verb = {
  usage: 'prune',
  summary: 'delete all runs that ended long ago, with their histories',
  options: [
    { flags: '--older-than <duration>', means: 'those that ended so long ago, or longer: 30d' },
    { flags: '--definition <name>', means: 'only runs of this definition' },
    { flags: '--dry-run', means: 'only count them' },
  ],
  notes: 'It cannot be undone. When some cannot be deleted, the exit code is 8.',
  examples: [
    ['orrery prune --older-than 30d --dry-run', 'how many there are'],
    ['orrery prune --older-than 30d --yes', ''],
  ],
  async run(cli, given) {
    const written = textOption(given, 'olderThan');
    if (written === undefined)
      throw usageError('missing-option', 'orrery prune needs --older-than', 'Write orrery prune --older-than 30d.');
    const endedBefore = new Date(cli.now() - duration('--older-than', written)).toISOString();
    const filter = { status: ENDED, definition: textOption(given, 'definition'), endedBefore };
    const { counts } = await cli.client.workflows.list({ ...filter, limit: 1 });
    const found = Object.values(counts).reduce((sum, each) => sum + each, 0);
    const isDry = isSet(given, 'dryRun');
    const many = `${found.toLocaleString('en-US')} ${found === 1 ? 'run' : 'runs'}`;
    if (!isDry && found > 0 && !(await confirmed(cli, `Delete ${many} that ended before ${endedBefore}?`)))
      return EXIT.conflict;
    const { deleted, refused } = isDry ? { deleted: 0, refused: 0 } : await deleteAll(cli, filter);
    const words = isDry ? `${many} ended before ${endedBefore}` : `${deleted.toLocaleString('en-US')} deleted`;
    await show(cli, {
      value: { endedBefore, found, deleted, refused },
      name: String(deleted),
      lines: () => [[{ text: words }]],
    });
    if (refused === 0) return EXIT.ok;
    cli.err.write(`${refused} of ${found} could not be deleted.\n`);
    return EXIT.partial;
  },
};

type Filter = Parameters<Cli['client']['workflows']['list']>[0];

async function deleteAll(cli: Cli, filter: Filter): Promise<{ readonly deleted: number; readonly refused: number }> {
  let [deleted, refused] = [0, 0];
  let batch: string[] = [];
  const finish = async () => {
    const outcomes = await Promise.all(batch.map((id) => deleteOne(cli, id)));
    deleted += outcomes.filter(Boolean).length;
    refused += outcomes.filter((done) => !done).length;
    batch = [];
  };
  for await (const { id } of cli.client.workflows.all({ ...filter, limit: PAGE })) {
    batch.push(id);
    if (batch.length === AT_ONCE) await finish();
  }
  await finish();
  return { deleted, refused };
}

/** Who was faster did what was wanted. */
async function deleteOne(cli: Cli, id: string): Promise<boolean> {
  try {
    await cli.client.workflows.delete(id);
    return true;
  } catch (error) {
    if (!(error instanceof OrreryProblem)) throw error;
    if (error.status === 404 || error.status === 410) return true;
    say(cli, `${id}: ${error.detail}`);
    return false;
  }
}
