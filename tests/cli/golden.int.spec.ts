import { beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../e2e/support/until.js';
import { LONG, NAP, servedLine } from './support/served-line.js';

const { cli, isListed, said } = servedLine();

const LONG_ID = '5eed0011-0000-4000-8000-000000000001';
const NAP_ID = '5eed0011-0000-4000-8000-000000000002';
const LONELY = 'orrery: v1\nname: lonely\ntasks:\n  wait: { type: nobody.knows }\n';
const LONELY_ID = '5eed0011-0000-4000-8000-000000000003';

beforeAll(async () => {
  const started = { [LONG_ID]: LONG, [NAP_ID]: NAP, [LONELY_ID]: LONELY };
  for (const [id, stdin] of Object.entries(started)) await said(['run', '-', '--id', id, '--detach'], { stdin });
  await said(['result', NAP_ID, '--wait']);
  await said(['register', '-'], { stdin: NAP });
  await isListed(NAP_ID, '--status', 'completed');
  await isListed(LONELY_ID);
  await until(async () => (await cli('queues -o name')).out.includes('nobody.knows'));
  await until(async () => (await cli('definitions -o name')).out.includes('nap'));
  await until(async () => (await cli('tasks -o name')).out.includes(LONELY_ID));
}, 60_000);

/** What was printed, with what differs from time to time replaced by its name; tables are as wide as what is in them. */
const settled = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{64}/g, 'HASH')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\d\d:\d\d:\d\d\.\d{3}/g, 'CLOCK')
    .replaceAll(/\d{13}/g, 'EPOCH')
    .replaceAll(/just now|\d+ (s|min) ago/g, 'AGO')
    .replaceAll(/\d+(\.\d)? m?s\b/g, 'SPAN')
    .replace(/^orrery \S+ \(Node [^)]+\)/, 'orrery VERSION (NODE)')
    .replaceAll(/ {2,}/g, '  ');

const COMMANDS = [
  'list --status running',
  `show ${NAP_ID}`,
  `result ${NAP_ID}`,
  `events ${NAP_ID}`,
  `pause ${LONG_ID} --dry-run`,
  `cancel ${LONG_ID} ${LONELY_ID} --dry-run`,
  `run nap --dry-run -o name`,
  'tasks --status queued',
  'queues',
  'workers',
  'definitions',
  'schema -o name',
  'version',
  'context list',
  'limits -o jsonl --quiet',
];

describe.each(COMMANDS)('orrery %s', (words) => {
  it('prints without a terminal what it always printed', async () => {
    const { code, out, err } = await cli(words);
    expect(code).toBe(0);
    // Limits come and go; that each is a line of its own stays.
    const shown = words.startsWith('limits') ? out.replace(/^(.*)\n[^]*$/, '$1\n…\n') : out;
    expect(`${settled(shown)}--- said beside\n${settled(err)}`).toMatchSnapshot();
  });

  it('on a terminal prints the same words, in colour', async () => {
    const bare = await cli(words);
    const { out, err } = await cli(words, { terminal: { columns: 300, rows: 24, colors: true } });
    const uncoloured = (text: string) => settled(text.replaceAll(/\u001b\[\d+m/g, ''));
    expect(uncoloured(out)).toBe(settled(bare.out));
    expect(uncoloured(err)).toBe(settled(bare.err));
  });
});

it('orrery list has colours on a terminal', async () => {
  const terminal = { columns: 300, rows: 24, colors: true };
  expect((await cli('list --status running', { terminal })).out).toContain('\u001b[');
});
