import type { DeadLetter, DeadLetterStatus, DeadLetterSummary } from '@orrery/sdk';
import { didYouMean, suggester } from '@orrery/domain';
import { letterId, wholeNumber } from '../arguments/values.js';
import { type Cli, say } from '../cli.js';
import { usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { LETTER_INKS, LETTER_STATUSES } from '../letter-looks.js';
import { humanBytes } from '../output/bytes.js';
import { counted } from '../output/counts.js';
import { type Line, harmless, harmlessLine, pad, piece } from '../output/line.js';
import { show, showList } from '../output/show.js';
import type { Column } from '../output/table.js';
import { humanAgo } from '../output/times.js';
import { type Verb, isSet, textOption, textOptions } from '../verb.js';
import { DRY_RUN, sayNothingDone, triedLines } from './dry-run.js';
import { eachRun, told } from './each-run.js';

const LETTERS_MAX = 100;
const SEVERAL = 'Several ids are told the same; when some refuse, the exit code is 8.';

export const listLetters: Verb = {
  usage: 'dlq list',
  summary: 'list messages that were set aside, with the reason',
  options: [
    { flags: '--status <status>', means: 'waiting, which is the default, redriven or dropped', isRepeated: true },
    { flags: '--limit <n>', means: 'at most so many, up to 100 (default 20)' },
    { flags: '--cursor <cursor>', means: 'go on where a list ended' },
  ],
  examples: [
    ['orrery dlq list', 'what waits for somebody to look at it'],
    ['orrery dlq list --status redriven', 'what was sent again'],
    ['orrery dlq list -o name | xargs orrery dlq redrive', 'send all of them again'],
  ],
  async run(cli, given) {
    const statuses = textOptions(given, 'status')
      .flatMap((each) => each.split(','))
      .map(statusOf);
    const page = await cli.client.deadLetters.list({
      status: statuses.length === 0 ? undefined : statuses,
      limit: wholeNumber('--limit', textOption(given, 'limit') ?? '20', [1, LETTERS_MAX]),
      cursor: textOption(given, 'cursor'),
    });
    const { items, nextCursor, position } = page;
    await showList(cli, {
      items,
      columns: columnsAt(cli.now()),
      name: ({ id }) => id,
      more: { nextCursor, position },
    });
    if (items.length === 0 && cli.options.format === 'table') say(cli, 'There are no such dead letters.');
    return EXIT.ok;
  },
};

function statusOf(written: string): DeadLetterStatus {
  const found = LETTER_STATUSES.find((status) => status === written);
  if (found) return found;
  throw usageError(
    'bad-status',
    `no dead letter is ever "${written}"${didYouMean(suggester(LETTER_STATUSES)(written))}`,
    `A dead letter is one of ${LETTER_STATUSES.join(', ')}.`,
  );
}

function columnsAt(now: number): readonly Column<DeadLetterSummary>[] {
  return [
    { head: 'ID', of: ({ id }) => id },
    { head: 'STATUS', of: ({ status }) => status, ink: ({ status }) => LETTER_INKS[status] },
    { head: 'OF', of: ({ queue }) => queue },
    { head: 'TYPE', givesWay: true, of: ({ type }) => type ?? '' },
    { head: 'SINCE', of: ({ recordedAt }) => humanAgo(recordedAt, now) },
    { head: 'REASON', of: ({ reason, detail }) => `${reason}: ${detail}` },
  ];
}

export const showLetter: Verb = {
  usage: 'dlq show <letter>',
  summary: 'print a message that was set aside, and why',
  examples: [
    ['orrery dlq show ID', ''],
    ['orrery dlq show ID -o json', 'with all that the message says of itself'],
  ],
  async run(cli, given) {
    const letter = await cli.client.deadLetters.get(letterId(given.words[0] ?? ''));
    await show(cli, { value: letter, name: letter.id, lines: () => linesOf(letter, cli.now()) });
    return EXIT.ok;
  },
};

function linesOf(letter: DeadLetter, now: number): readonly Line[] {
  const { id, status, queue, reason, detail, bytes, truncated, redrives, recordedAt, message } = letter;
  const size = `${humanBytes(bytes)}${truncated ? ', of which only the beginning was kept' : ''}`;
  const facts = [
    ['status', status],
    ['of', queue],
    ['reason', `${reason}: ${detail}`],
    ['since', humanAgo(recordedAt, now)],
    ['sent again', redrives === 0 ? 'never' : counted(redrives, 'time')],
    ['type', message.type],
    ['content', message.contentType],
    ['message', message.messageId],
    ['size', size],
  ] as const;
  const body = message.encoding === 'text' ? message.body : `in base64: ${message.body}`;
  return [
    [piece(id)],
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [factLine(name, value, status)])),
    [],
    ...body.split('\n').map((line) => [piece(harmlessLine(line))]),
  ];
}

function factLine(name: string, value: string, status: DeadLetterStatus): Line {
  return [piece(pad(name, 12), 'dim'), piece(harmless(value), name === 'status' ? LETTER_INKS[status] : undefined)];
}

export const redriveLetters: Verb = {
  usage: 'dlq redrive <letter...>',
  summary: 'send messages again that were set aside, as they were',
  options: [DRY_RUN],
  notes: `One that is set aside again waits again, with the new reason. ${SEVERAL}`,
  examples: [
    ['orrery dlq redrive ID', ''],
    ['orrery dlq list -o name | xargs orrery dlq redrive', 'all that wait'],
    ['orrery dlq redrive ID --dry-run', 'what would follow'],
  ],
  async run(cli, given) {
    const ids = given.words.map(letterId);
    if (isSet(given, 'dryRun')) return tryOnEach(cli, ids, 'redrive');
    return eachRun(cli, ids, async (id) => {
      const answer = await cli.client.deadLetters.redrive(id);
      return told(answer, answer.changed ? 'is sent again' : 'was sent again before');
    });
  },
};

export const dropLetters: Verb = {
  usage: 'dlq drop <letter...>',
  summary: 'give messages up that were set aside',
  options: [DRY_RUN],
  notes: `It cannot be undone. ${SEVERAL}`,
  examples: [
    ['orrery dlq drop ID', 'asks first'],
    ['orrery dlq drop ID --yes', ''],
  ],
  async run(cli, given) {
    const ids = given.words.map(letterId);
    if (isSet(given, 'dryRun')) return tryOnEach(cli, ids, 'drop');
    const { confirmed } = await import('../arguments/confirm.js');
    const what = ids.length === 1 ? `dead letter ${ids[0]}` : `${ids.length} dead letters`;
    if (!(await confirmed(cli, `Drop ${what}?`))) return EXIT.conflict;
    return eachRun(cli, ids, async (id) => {
      const answer = await cli.client.deadLetters.drop(id);
      return told(answer, answer.changed ? 'is dropped' : 'was dropped before');
    });
  },
};

/** Tells what would follow for each, and does nothing. */
async function tryOnEach(cli: Cli, ids: readonly string[], command: 'redrive' | 'drop') {
  const code = await eachRun(cli, ids, async (id) => {
    const tried = await cli.client.deadLetters.dryRun(id, command);
    return { id, value: { id, events: tried.events }, lines: () => triedLines(id, tried) };
  });
  sayNothingDone(cli);
  return code;
}
