import type { WorkflowStatus, WorkflowSummary } from '@orrery/sdk';
import { didYouMean, suggester } from '@orrery/domain';
import { instant, labels, wholeNumber } from '../arguments/values.js';
import { type Cli, say } from '../cli.js';
import { usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { showList } from '../output/show.js';
import type { Column } from '../output/table.js';
import { humanAgo, humanDuration } from '../output/times.js';
import { WORKFLOW_INKS } from '../run/status-words.js';
import { type Given, type Verb, type VerbOption, isSet, textOption, textOptions } from '../verb.js';

const LIMIT = 20;
const LIMIT_MAX = 1_000_000;
const PAGE_MAX = 100;

export const FILTER_OPTIONS: readonly VerbOption[] = [
  { flags: '--status <status>', means: 'only runs of this status; may be repeated', isRepeated: true },
  { flags: '--definition <name>', means: 'only runs of this definition' },
  { flags: '--label <name=value>', means: 'only runs with this label; may be repeated', isRepeated: true },
  { flags: '--search <words>', means: 'only runs in which these words are found' },
  { flags: '--started-after <time>', means: 'a time, or how long ago: 2h, 7d' },
  { flags: '--started-before <time>', means: 'the same' },
];

export const list: Verb = {
  usage: 'list',
  summary: 'list runs, newest first',
  options: [
    ...FILTER_OPTIONS,
    { flags: '--limit <n>', means: `at most so many (default ${LIMIT})` },
    { flags: '--cursor <cursor>', means: 'go on where a list ended' },
    { flags: '--why', means: 'say of each why it does not go on; it takes a little longer' },
  ],
  examples: [
    ['orrery list', 'the newest runs'],
    ['orrery list --status failed --started-after 2h', 'what failed lately'],
    ['orrery list --status running --why', 'what everything waits for'],
    ['orrery list --status failed -o name | xargs orrery retry', 'set all of them going again'],
  ],
  async run(cli, given) {
    const limit = wholeNumber('--limit', textOption(given, 'limit') ?? String(LIMIT), [1, LIMIT_MAX]);
    const isExplained = isSet(given, 'why');
    const filter = { ...filterOf(cli, given), ...(isExplained ? { include: 'waitingFor' as const } : {}) };
    const items: WorkflowSummary[] = [];
    let page = await cli.client.workflows.list({
      ...filter,
      limit: Math.min(limit, PAGE_MAX),
      cursor: textOption(given, 'cursor'),
    });
    const { counts, position } = page;
    items.push(...page.items);
    while (page.nextCursor !== null && items.length < limit) {
      page = await cli.client.workflows.list({
        ...filter,
        limit: Math.min(limit - items.length, PAGE_MAX),
        cursor: page.nextCursor,
      });
      items.push(...page.items);
    }
    await showList(cli, {
      items,
      columns: [...columnsAt(cli.now()), ...(isExplained ? [WHY] : [])],
      name: ({ id }) => id,
      more: { nextCursor: page.nextCursor, position, counts },
    });
    if (cli.options.format === 'table') sayWhatIsLeft(cli, items.length, counts);
    return EXIT.ok;
  },
};

/** Which runs are meant. */
export function filterOf(cli: Cli, given: Given) {
  const time = (name: string, option: string) => {
    const written = textOption(given, name);
    return written === undefined ? undefined : instant(option, written, cli.now());
  };
  const statuses = textOptions(given, 'status')
    .flatMap((each) => each.split(','))
    .map(statusOf);
  return {
    status: statuses.length === 0 ? undefined : statuses,
    definition: textOption(given, 'definition'),
    labels: labels(textOptions(given, 'label')),
    q: textOption(given, 'search'),
    startedAfter: time('startedAfter', '--started-after'),
    startedBefore: time('startedBefore', '--started-before'),
  };
}

const STATUSES = Object.keys(WORKFLOW_INKS) as readonly WorkflowStatus[];

function statusOf(written: string): WorkflowStatus {
  const found = STATUSES.find((status) => status === written);
  if (found) return found;
  throw usageError(
    'bad-status',
    `no run is ever "${written}"${didYouMean(suggester(STATUSES)(written))}`,
    `A run is one of ${STATUSES.join(', ')}.`,
  );
}

const WHY: Column<WorkflowSummary> = { head: 'WAITS FOR', of: ({ waitingFor }) => waitingFor ?? '' };

function columnsAt(now: number): readonly Column<WorkflowSummary>[] {
  return [
    { head: 'ID', of: ({ id }) => id },
    { head: 'STATUS', of: ({ status }) => status, ink: ({ status }) => WORKFLOW_INKS[status] },
    {
      head: 'DEFINITION',
      givesWay: true,
      of: ({ definition: { name, version } }) => (version === null ? name : `${name}@${version}`),
    },
    { head: 'TASKS', of: ({ tasks }) => `${tasks.ended}/${tasks.total}`, align: 'right' },
    { head: 'STARTED', of: ({ startedAt }) => humanAgo(startedAt, now) },
    {
      head: 'TOOK',
      of: ({ startedAt, endedAt }) =>
        endedAt === null ? '' : humanDuration(Date.parse(endedAt) - Date.parse(startedAt)),
    },
    {
      head: 'LABELS',
      of: (run) =>
        Object.entries(run.labels)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
    },
  ];
}

function sayWhatIsLeft(cli: Cli, shown: number, counts: { readonly [status: string]: number }): void {
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  if (total === 0) return say(cli, 'There are no such runs.');
  const parts = Object.entries(counts).filter(([, many]) => many > 0);
  const told = parts.map(([status, many]) => `${many.toLocaleString('en-US')} ${status}`).join(', ');
  return say(cli, `${shown.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}: ${told}`);
}
