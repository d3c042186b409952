import type { ConnectedWorker, OpenTask, Queue, TaskStatus } from '@orrery/sdk';
import { didYouMean, suggester } from '@orrery/domain';
import { wholeNumber } from '../arguments/values.js';
import { say } from '../cli.js';
import { usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { showList } from '../output/show.js';
import { humanAgo } from '../output/times.js';
import { TASK_LOOKS, TASK_STATUSES } from '../run/status-words.js';
import { type Verb, textOption, textOptions } from '../verb.js';

const TASKS_MAX = 100;

export const tasks: Verb = {
  usage: 'tasks',
  summary: 'list open and failed tasks of all runs',
  options: [
    { flags: '--status <status>', means: 'only tasks of this status; may be repeated', isRepeated: true },
    { flags: '--type <type>', means: 'only tasks of this type' },
    { flags: '--limit <n>', means: 'at most so many, up to 100 (default 20)' },
    { flags: '--cursor <cursor>', means: 'go on where a list ended' },
  ],
  examples: [
    ['orrery tasks --status failed', ''],
    ['orrery tasks --type payment.charge', ''],
  ],
  async run(cli, given) {
    const now = cli.now();
    const statuses = textOptions(given, 'status')
      .flatMap((each) => each.split(','))
      .map(statusOf);
    const page = await cli.client.tasks.list({
      status: statuses.length === 0 ? undefined : statuses,
      type: textOption(given, 'type'),
      limit: wholeNumber('--limit', textOption(given, 'limit') ?? '20', [1, TASKS_MAX]),
      cursor: textOption(given, 'cursor'),
    });
    await showList<OpenTask>(cli, {
      items: page.items,
      name: ({ id }) => id,
      more: { nextCursor: page.nextCursor, position: page.position },
      columns: [
        { head: 'RUN', of: ({ workflowId }) => workflowId },
        { head: 'TASK', givesWay: true, of: ({ key }) => key },
        { head: 'TYPE', of: ({ type }) => type },
        { head: 'STATUS', of: ({ status }) => status, ink: ({ status }) => TASK_LOOKS[status].ink },
        { head: 'SINCE', of: ({ since }) => humanAgo(since, now) },
        { head: 'ERROR', of: ({ error }) => (error ? `${error.code}: ${error.message}` : '') },
      ],
    });
    if (page.items.length === 0 && cli.options.format === 'table') say(cli, 'There are no such tasks.');
    return EXIT.ok;
  },
};

function statusOf(written: string): TaskStatus {
  const found = TASK_STATUSES.find((status) => status === written);
  if (found) return found;
  throw usageError(
    'bad-status',
    `no task is ever "${written}"${didYouMean(suggester(TASK_STATUSES)(written))}`,
    `A task is one of ${TASK_STATUSES.join(', ')}.`,
  );
}

export const workers: Verb = {
  usage: 'workers',
  summary: 'list the workers that are there',
  examples: [['orrery workers', 'how much each holds, and what it takes']],
  async run(cli) {
    const items = await cli.client.workers();
    const now = cli.now();
    await showList<ConnectedWorker>(cli, {
      items,
      name: ({ id }) => id,
      columns: [
        { head: 'WORKER', of: ({ id }) => id },
        { head: 'BUSY', of: ({ busy, slots }) => `${busy}/${slots}`, align: 'right' },
        { head: 'BY', of: ({ transport }) => transport },
        { head: 'SEEN', of: ({ lastSeenAt }) => humanAgo(lastSeenAt, now) },
        { head: 'TYPES', of: ({ types }) => types.join(' ') },
      ],
    });
    if (items.length === 0 && cli.options.format === 'table')
      say(cli, 'No worker is there. orrery worker starts one for the built-in types.');
    return EXIT.ok;
  },
};

export const queues: Verb = {
  usage: 'queues',
  summary: 'list what waits for a worker or is held by one, by task type',
  examples: [['orrery queues', 'how many wait, how many are held, and by how many workers they could be taken']],
  async run(cli) {
    const items = await cli.client.queues();
    const now = cli.now();
    await showList<Queue>(cli, {
      items,
      name: ({ type }) => type,
      columns: [
        { head: 'TYPE', of: ({ type }) => type },
        { head: 'WAITING', of: ({ waiting }) => waiting.toLocaleString('en-US'), align: 'right' },
        { head: 'OLDEST', of: ({ oldestAt }) => (oldestAt === null ? '' : humanAgo(oldestAt, now)) },
        { head: 'HELD', of: ({ held }) => held.toLocaleString('en-US'), align: 'right' },
        { head: 'WORKERS', of: ({ workers }) => workers.toLocaleString('en-US'), align: 'right' },
      ],
    });
    if (items.length === 0 && cli.options.format === 'table') say(cli, 'Nothing waits, and nothing is held.');
    return EXIT.ok;
  },
};

export const limits: Verb = {
  usage: 'limits',
  summary: 'list every limit, with its name and value',
  examples: [
    ['orrery limits', ''],
    ['orrery limits -o json', ''],
  ],
  async run(cli) {
    const found = await cli.client.limits();
    const items = Object.entries(found).map(([name, value]) => ({ name, value }));
    await showList(cli, {
      items,
      name: ({ name }) => name,
      columns: [
        { head: 'LIMIT', of: ({ name }) => name },
        { head: 'VALUE', of: ({ value }) => value.toLocaleString('en-US'), align: 'right' },
      ],
    });
    return EXIT.ok;
  },
};
