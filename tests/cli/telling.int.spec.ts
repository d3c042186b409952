import { describe, expect, it } from '@jest/globals';
import { until } from '../e2e/support/until.js';
import { BROKEN, DOOR, LONG, NAP, servedLine } from './support/served-line.js';

const { cli, isListed, said, started } = servedLine();

describe('A run is told', () => {
  it('to pause, to go on, and to stop', async () => {
    const id = await started(LONG);
    expect(await said(['pause', id])).toMatchObject({ code: 0, out: `${id} is paused\n` });
    expect(await said(['pause', id])).toMatchObject({ code: 0, out: `${id} was paused before\n` });
    expect(await said(['resume', id])).toMatchObject({ code: 0, out: `${id} goes on\n` });
    const cancelled = await said(['cancel', id, '--reason', 'twice', '--no-compensate', '-o', 'json']);
    expect(JSON.parse(cancelled.out)).toEqual({ id, changed: true });
    expect(await said(['retry', id])).toMatchObject({ code: 5, err: expect.stringContaining('only a failed run') });
  });

  it('a signal', async () => {
    const id = await started(DOOR);
    expect(await said(['signal', id, 'knock', '--payload', '{"times":2}'])).toMatchObject({ code: 0 });
    expect((await said(['result', id, '--wait'])).out).toBe('{\n  "times": 2\n}\n');
  });

  it('with others, and refusals are counted', async () => {
    const [one, two] = [await started(LONG), await started(NAP)];
    await said(['result', two, '--wait']);
    const { code, out, err } = await said(['cancel', one, two]);
    expect(code).toBe(8);
    expect(out).toContain(`${one} is being cancelled`);
    expect(err).toMatch(new RegExp(`${two}: .*ended[^]*1 of 2 was refused`));
    expect((await said(['cancel', await started(LONG), await started(LONG), '-o', 'name'])).code).toBe(0);
  });

  it('to go again while it runs, which it is not', async () => {
    const id = await started(LONG);
    const { code, err } = await said(['retry', id]);
    expect({ code, err }).toEqual({ code: 5, err: expect.stringMatching(/this one is running\n {2}It has not ended/) });
    expect(err).not.toContain('orrery run');
  });

  it('to go again after it failed', async () => {
    const id = await started(BROKEN);
    await said(['result', id, '--wait']);
    expect(await said(['retry', id])).toMatchObject({ code: 0, out: `${id} goes on\n` });
  });
});

describe('Runs are deleted', () => {
  it('after a question', async () => {
    const id = await started(NAP);
    await said(['result', id, '--wait']);
    expect(await said(['delete', id])).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(await said(['delete', id], { answer: 'no' })).toMatchObject({
      code: 5,
      err: `Delete run ${id} and its history? [y/N] Nothing was done.\n`,
    });
    expect(await said(['delete', id], { answer: 'y' })).toMatchObject({ code: 0, out: `${id} is deleted\n` });
    expect(await said(['show', id])).toMatchObject({ code: 3 });
  });

  it('not while they run', async () => {
    expect(await said(['delete', await started(LONG), '--yes'])).toMatchObject({
      code: 5,
      err: expect.stringContaining('orrery cancel'),
    });
  });

  it('all that ended before some time', async () => {
    const text = NAP.replace('name: nap', 'name: pruned');
    const ids = await Promise.all(Array.from({ length: 10 }, () => started(text)));
    for (const id of ids) await isListed(id, '--definition', 'pruned', '--status', 'completed');
    const words = ['prune', '--older-than', '0s', '--definition', 'pruned'];
    expect(await said([...words, '--dry-run'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^10 runs ended before /),
    });
    expect(await said(words, { answer: '' })).toMatchObject({ code: 5, out: '' });
    const pruned = JSON.parse((await said([...words, '--yes', '-o', 'json'])).out) as object;
    expect(pruned).toMatchObject({ found: 10, deleted: 10, refused: 0 });
    await until(async () => (await cli('list --definition pruned -o name')).out === '');
    expect(await said([...words, '--yes'])).toMatchObject({ code: 0, out: '0 deleted\n' });
  });
});
