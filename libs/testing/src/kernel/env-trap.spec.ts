import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withTraps } from './traps.js';

const NAME = 'ORRERY_TRAP_SPEC';

describe('the environment', () => {
  beforeEach(() => void (process.env[NAME] = 'set'));
  afterEach(() => void delete process.env[NAME]);

  it.each<readonly [touched: string, touch: () => unknown]>([
    [`read process.env.${NAME}`, () => process.env[NAME]],
    [`read process.env.${NAME}`, () => NAME in process.env],
    [`read process.env.${NAME}`, () => Object.hasOwn(process.env, NAME)],
    ['read process.env.NODE_ENV', () => process.env['NODE_ENV']],
    ['listed process.env', () => Object.keys(process.env)],
    ['listed process.env', () => ({ ...process.env })],
    [`changed process.env.${NAME}`, () => (process.env[NAME] = 'other')],
    [`changed process.env.${NAME}`, () => delete process.env[NAME]],
    [`changed process.env.${NAME}`, () => Object.defineProperty(process.env, NAME, { value: 'other' })],
    ['changed process.env.NO_COLOR', () => (process.env['NO_COLOR'] = '1')],
  ])('is not %s', async (touched, touch) => {
    await expect(withTraps(async () => touch())).rejects.toMatchObject({
      name: 'Trapped',
      message: `simulated code ${touched}: what it says must be given as a setting`,
    });
    expect(process.env[NAME]).toBe('set');
  });

  it('tells Node of the colours of the terminal', async () => {
    const before = process.env['NO_COLOR'];
    process.env['NO_COLOR'] = 'set';
    const read = withTraps(async () => [process.env['NO_COLOR'], 'NO_COLOR' in process.env]);
    expect(await read.finally(() => restored('NO_COLOR', before))).toEqual(['set', true]);
  });

  it('is the very same when the work is done, or has failed', async () => {
    const before = process.env;
    expect(await withTraps(async () => process.env === before)).toBe(false);
    expect(process.env).toBe(before);
    await expect(withTraps(async () => process.env[NAME])).rejects.toThrow('setting');
    expect(process.env).toBe(before);
  });
});

function restored(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
