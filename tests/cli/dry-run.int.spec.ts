import { describe, expect, it } from '@jest/globals';
import type { Ended } from './support/command-line.js';
import { DOOR, LONG, NAP, servedLine } from './support/served-line.js';

const { cli, file, said, started } = servedLine();

const DRY = 'Nothing was done: this was a dry run.\n';
const versionOf = async (id: string) =>
  (JSON.parse((await said(['show', id, '-o', 'json'])).out) as { version: number }).version;

/** What was printed, with what differs from run to run replaced by its name. */
const settled = ({ out, ...rest }: Ended) => ({
  ...rest,
  out: out
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/[0-9a-f]{64}/g, 'HASH')
    .replaceAll(/\d{13}/g, 'TIME'),
});

describe('A command to a run that is only tried', () => {
  it.each([
    ['pause ID', 'ID: 1 event would follow\n  WorkflowPaused          pausedAt=TIME\n'],
    ['resume ID', 'ID: nothing would change\n'],
    [
      'cancel ID --reason twice --no-compensate',
      'ID: 2 events would follow\n' +
        '  WorkflowStopped         cause=cancelled error={"code":"workflow.cancelled","message":"twice"} compensate=false\n' +
        '  WorkflowCancelled\n',
    ],
  ])('tells what would follow "%s", and does nothing', async (words, out) => {
    const id = await started(LONG);
    const version = await versionOf(id);
    expect(settled(await cli(`${words.replace('ID', id)} --dry-run`))).toEqual({ code: 0, out, err: DRY });
    expect(await versionOf(id)).toBe(version);
  });

  it('may be a signal', async () => {
    const id = await started(DOOR);
    const { code, out } = await said(['signal', id, 'knock', '--payload', '7', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toMatch(/would follow\n {2}SignalReceived .*7/);
    expect(await said(['result', id])).toMatchObject({ code: 5 });
  });

  it('may be a deletion, for which nobody is asked', async () => {
    const id = await started(NAP);
    await said(['result', id, '--wait']);
    const { code, out } = await said(['delete', id, '--dry-run']);
    expect({ code, out }).toEqual({ code: 0, out: `${id}: 1 event would follow\n  WorkflowDeleted\n` });
    expect(await said(['show', id])).toMatchObject({ code: 0 });
  });

  it('is refused as the command would be', async () => {
    const id = await started(LONG);
    expect(await said(['retry', id, '--dry-run'])).toMatchObject({ code: 5, out: '' });
    expect(await said(['delete', id, '--dry-run'])).toMatchObject({ code: 5, out: '' });
    const ended = await started(NAP);
    await said(['result', ended, '--wait']);
    expect(await said(['pause', id, ended, '--dry-run'])).toMatchObject({
      code: 8,
      out: expect.stringContaining(`${id}: 1 event would follow`),
      err: expect.stringContaining('1 of 2 was refused.'),
    });
  });

  it('is told to programs as the API tells it', async () => {
    const id = await started(LONG);
    const one = { id, events: [{ type: 'WorkflowPaused', data: { pausedAt: expect.any(Number) } }] };
    expect(JSON.parse((await said(['pause', id, '--dry-run', '-o', 'json'])).out)).toEqual(one);
    expect(JSON.parse((await said(['pause', id, id, '--dry-run', '-o', 'json'])).out)).toEqual({ items: [one, one] });
    expect(await said(['pause', id, '--dry-run', '-o', 'name', '--quiet'])).toEqual({
      code: 0,
      out: `${id}\n`,
      err: '',
    });
  });
});

describe('A start that is only tried', () => {
  const tried = 'nap: 2 events would follow\n';

  it.each([undefined, { columns: 60, rows: 10 }])('tells what would follow, on the terminal %j', async (terminal) => {
    const path = await file('nap.yaml', NAP);
    const { code, out, err } = settled(await said(['run', path, '--input', '"mars"', '--dry-run'], { terminal }));
    expect({ code, err }).toEqual({ code: 0, err: DRY });
    expect(out).toBe(
      `${tried}  WorkflowStarted         id=ID definition={"name":"nap","version":null,"hash":"HASH"} input=mars\n` +
        '  TaskStarted           ~0  until=TIME\n',
    );
    expect((await said(['list', '--definition', 'nap', '--search', 'mars', '-o', 'name'])).out).toBe('');
  });

  it('is refused as the start would be', async () => {
    expect(await said(['run', 'nothing', '--dry-run'])).toMatchObject({ code: 3 });
    expect(await said(['run', '-', '--dry-run'], { stdin: 'orrery: v1\nname: x\n' })).toMatchObject({ code: 2 });
  });
});

describe('A registration that is only tried', () => {
  it('tells whether it would be a new version', async () => {
    const path = await file('tried.yaml', NAP.replace('name: nap', 'name: tried'));
    const { out } = settled(await said(['register', path, '--dry-run']));
    expect(out).toBe(`${path}: 1 event would follow\n  DefinitionRegistered    name=tried version=1 hash=HASH\n`);
    expect(await said(['definitions', 'tried'])).toMatchObject({ code: 3 });
    await said(['register', path]);
    expect((await said(['register', path, '--dry-run'])).out).toBe(`${path}: nothing would change\n`);
  });
});
