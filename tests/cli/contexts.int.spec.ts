import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Around } from './support/command-line.js';
import { LONG, servedLine } from './support/served-line.js';

const line = servedLine();
const home = () => join(line.folder, 'home');
const file = () => join(home(), 'orrery/contexts.json');
const NOWHERE = 'http://127.0.0.1:9';

/** A command of somebody whose environment names no server. */
const said = (words: string, { env, ...around }: Around = {}) =>
  line.cli(words, { ...around, env: { ORRERY_URL: '', XDG_CONFIG_HOME: home(), ...env } });

beforeEach(() => rm(home(), { recursive: true, force: true }));

describe('A server', () => {
  it('gets a name, is chosen by it, and is forgotten', async () => {
    expect(await said('context list')).toEqual({
      code: 0,
      out: '',
      err: 'No server has a name here. orrery context set NAME URL gives it one.\n',
    });
    expect(await said(`context set here ${line.served.url}/`)).toEqual({
      code: 0,
      out: `here is ${line.served.url}\n`,
      err: 'Use it: orrery context use here\n',
    });
    await said(`context set there ${NOWHERE}`);
    expect(await said('context use here')).toEqual({
      code: 0,
      out: `here is ${line.served.url}, and in use\n`,
      err: '',
    });
    const id = await line.started(LONG);
    expect((await said(`show ${id} -o name`)).out).toBe(`${id}\n`);
    expect(await said('context remove here')).toEqual({
      code: 0,
      out: 'here is removed\n',
      err: 'It was in use; now none is.\n',
    });
    expect((await said('context list -o name')).out).toBe('there\n');
  });

  it.each([undefined, { columns: 80, rows: 24 }])('is listed, on the terminal %j', async (terminal) => {
    await said('context set there https://example.org');
    await said('context set elsewhere http://127.0.0.1:9');
    await said('context use there');
    const { out, err } = await said('context list', { terminal });
    expect({ out, err }).toEqual({
      out: 'IN USE  CONTEXT    URL\n*       there      https://example.org\n        elsewhere  http://127.0.0.1:9\n',
      err: '',
    });
    expect(JSON.parse((await said('context list -o json')).out)).toEqual({
      items: [
        { name: 'there', url: 'https://example.org', current: true },
        { name: 'elsewhere', url: 'http://127.0.0.1:9', current: false },
      ],
    });
  });

  it('is the one that was typed, or else of the environment, or else the one in use', async () => {
    const { url } = line.served;
    await said(`context set here ${url}`);
    await said(`context set there ${NOWHERE}`);
    await said('context use there');
    expect(await said('limits')).toMatchObject({ code: 6, err: expect.stringContaining(NOWHERE) });
    expect(await said('limits', { env: { ORRERY_URL: url } })).toMatchObject({ code: 0 });
    expect(await said('limits --context there', { env: { ORRERY_URL: url } })).toMatchObject({ code: 6 });
    expect(await said('limits --context here')).toMatchObject({ code: 0 });
    expect(await said(`limits --context there --url ${url}`)).toMatchObject({ code: 0 });
    const { err } = await said('context list', { env: { ORRERY_URL: url } });
    expect(err).toBe(`ORRERY_URL is set to ${url}, and wins over the context in use.\n`);
    expect((await said('context list --quiet', { env: { ORRERY_URL: url } })).err).toBe('');
  });
});

describe('Contexts', () => {
  it('are kept for their user alone', async () => {
    await said('context set there https://example.org');
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({
      current: null,
      contexts: { there: { url: 'https://example.org' } },
    });
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['context use nowhere', 3, 'there is no context "nowhere"'],
    ['context remove nowhere', 3, 'there is no context "nowhere"'],
    ['list --context nowhere', 3, 'there is no context "nowhere"'],
    ['context set a@b https://example.org', 2, '"a@b" cannot be the name of a context'],
    ['context set there example.org', 2, '"example.org" is no address of a server'],
    ['context set there', 2, 'orrery context set needs the address of a server'],
    ['context', 2, 'orrery context needs to know what: list, use, set, remove'],
  ])('are not what they are not: orrery %s', async (words, code, what) => {
    expect(await said(words)).toMatchObject({ code, err: expect.stringContaining(`error: ${what}`) });
  });

  it('that somebody broke are told of, and hinder no command that needs no server', async () => {
    await mkdir(join(home(), 'orrery'), { recursive: true });
    await writeFile(file(), '{ "contexts": ');
    expect(await said('limits')).toMatchObject({
      code: 2,
      err: `error: ${file()} does not hold contexts\n  Mend it, or remove it: orrery context set writes a new one.\n`,
    });
    expect(await said('version')).toMatchObject({ code: 0 });
    await writeFile(file(), '{ "current": "gone", "contexts": { "there": { "url": "https://example.org" } } }');
    expect(await said('limits')).toMatchObject({ code: 3, err: expect.stringContaining('There are there.') });
    expect(await said('context use there')).toMatchObject({ code: 0 });
  });

  it('need a place', async () => {
    const env = { XDG_CONFIG_HOME: '' };
    expect(await said('context list', { env })).toMatchObject({ code: 0 });
    expect(await said('context set there https://example.org', { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining('Set HOME, or XDG_CONFIG_HOME.'),
    });
    await mkdir(home());
    await writeFile(join(home(), 'orrery'), '');
    expect(await said('context set there https://example.org')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the contexts cannot be kept: '),
    });
  });
});
