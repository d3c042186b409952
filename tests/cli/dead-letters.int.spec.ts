import { describe, expect, it } from '@jest/globals';
import { ANONYMOUS, SubmitDeadLetter } from '@orrery/application';
import type { RecordDeadLetter } from '@orrery/domain';
import { until } from '../e2e/support/until.js';
import { servedLine } from './support/served-line.js';

const line = servedLine();
const { cli, said } = line;

const NOBODY = '5eed0012-0000-4000-8000-000000000009';
let asides = 0;

/** Sets a message aside, and gives the id of its dead letter when it is listed. */
async function setAside(more: Partial<RecordDeadLetter['data']> = {}): Promise<string> {
  const type = { contentType: 'application/json', type: 'a.b' };
  const message = { body: '{\n  "order": 7,', encoding: 'text' as const, ...type, headers: {} };
  const why = { reason: 'request.unreadable', detail: 'it ends\u001b[31m too early', aside: `${++asides}` };
  const submit = new SubmitDeadLetter(ANONYMOUS, { queue: 'commands', ...why, message, bytes: 14, ...more });
  const { position } = await line.served.orchestration.commandHandlers.submitDeadLetter.execute(submit);
  await until(async () => (await cli('dlq list -o name')).out.includes(position.stream));
  return position.stream;
}

/** What was set aside a moment ago, however long the machine took to show it. */
const lately = (shown: string) => shown.replace(/\b\d+ s ago\b/, 'just now');

describe('Dead letters', () => {
  it('are listed with their reason, and shown with their message', async () => {
    expect(await cli('dlq list')).toEqual({ code: 0, out: '', err: 'There are no such dead letters.\n' });
    const id = await setAside();
    const { out } = await cli('dlq list');
    expect(lately(out.replaceAll(/ {2,}/g, '  '))).toBe(
      `ID  STATUS  OF  TYPE  SINCE  REASON\n` +
        `${id}  waiting  commands  a.b  just now  request.unreadable: it ends too early\n`,
    );
    expect(JSON.parse((await cli('dlq list --status waiting,dropped -o json')).out)).toMatchObject({
      items: [{ id, status: 'waiting', bytes: 14 }],
      nextCursor: null,
    });
    const shown = await said(['dlq', 'show', id.toUpperCase()]);
    expect(lately(shown.out)).toBe(
      `${id}\n` +
        'status      waiting\n' +
        'of          commands\n' +
        'reason      request.unreadable: it ends too early\n' +
        'since       just now\n' +
        'sent again  never\n' +
        'type        a.b\n' +
        'content     application/json\n' +
        'size        14 bytes\n' +
        '\n{\n  "order": 7,\n',
    );
    const whole = await said(['dlq', 'show', id, '-o', 'json']);
    expect(JSON.parse(whole.out)).toMatchObject({ id, message: { body: '{\n  "order": 7,' } });
  });

  it('are sent again, one or several, and refusals are counted', async () => {
    const [one, two] = [await setAside(), await setAside({ truncated: true })];
    const tried = await said(['dlq', 'redrive', one, '--dry-run']);
    expect(tried.out).toContain('1 event would follow\n  DeadLetterRedriven');
    const { code, out, err } = await said(['dlq', 'redrive', one, two]);
    expect({ code, out }).toEqual({ code: 8, out: `${one} is sent again\n` });
    expect(err).toMatch(new RegExp(`${two}: it was too large[^]*1 of 2 was refused`));
    expect((await said(['dlq', 'redrive', one])).out).toBe(`${one} was sent again before\n`);
    const refused = await said(['dlq', 'redrive', two]);
    expect(refused).toMatchObject({ code: 5, err: expect.stringContaining('orrery dlq drop ID') });
    await until(async () => (await cli('dlq list --status redriven -o name')).out === `${one}\n`);
    expect((await said(['dlq', 'show', one])).out).toContain('sent again  1 time\n');
  });

  it('are dropped after a question', async () => {
    const id = await setAside();
    expect(await said(['dlq', 'drop', id])).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(await said(['dlq', 'drop', id], { answer: 'no' })).toMatchObject({ code: 5 });
    expect((await said(['dlq', 'drop', id, '--dry-run'])).out).toContain('DeadLetterDropped');
    expect(await said(['dlq', 'drop', id, '--yes'])).toMatchObject({ code: 0, out: `${id} is dropped\n` });
    expect(await said(['dlq', 'drop', id, '--yes'])).toMatchObject({ out: `${id} was dropped before\n` });
    expect(await said(['dlq', 'redrive', id])).toMatchObject({ code: 5, err: expect.stringContaining('given up') });
  });

  it('that are none, and words that are none of theirs, are told apart', async () => {
    expect(await said(['dlq', 'show', NOBODY])).toMatchObject({ code: 3, err: expect.stringContaining('dlq list') });
    expect(await said(['dlq', 'show', 'nonsense'])).toMatchObject({ code: 2, err: expect.stringContaining('no id') });
    const status = await cli('dlq list --status waitin');
    expect(status).toMatchObject({ code: 2, err: expect.stringContaining('waiting') });
  });
});
