import { expect, it } from '@jest/globals';
import { DataDirectoryInUse, EmbeddedPostgresError, explainFault } from './errors.js';

const refusal = (code: string) => Object.assign(new Error(`${code}: somewhere`), { code });

it.each([
  ['EACCES', 'data-directory.not-writable'],
  ['EPERM', 'data-directory.not-writable'],
  ['EROFS', 'data-directory.not-writable'],
  ['ENOTDIR', 'data-directory.not-a-directory'],
  ['EEXIST', 'data-directory.not-a-directory'],
  ['ENOSPC', 'data-directory.disk-full'],
  ['EDQUOT', 'data-directory.disk-full'],
  ['EIO', 'data-directory.disk-fault'],
])('says what %s means, where, and what to do', (given, code) => {
  const error = explainFault(refusal(given), '/data') as EmbeddedPostgresError;
  expect(error).toMatchObject({ code, what: expect.stringContaining('/data'), cause: { code: given } });
  expect(error.fix).toMatch(/--data.*DATABASE_URL/);
});

it('leaves alone what it does not know, and what is explained already', () => {
  const explained = new EmbeddedPostgresError('postgres.stuck', 'It is stuck.', 'Wait.');
  for (const error of [refusal('EMFILE'), new TypeError('a bug'), explained]) {
    expect(explainFault(error, '/data')).toBe(error);
  }
});

it('does without a URL that is not known yet', () => {
  const error = new DataDirectoryInUse('/data', { pid: 7, host: 'here' }, '/data/orrery.lock');
  expect(error.message).toContain('in use by process 7 on here.\n');
  expect(error.message).toContain('kill 7');
});
