import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.js';
import { simulate } from './simulate.js';

describe('the options of a simulation', () => {
  it('are 100 seeds, and every fault, if nothing is said', () => {
    const { seeds, faults } = readOptions({}, undefined);
    expect([seeds.length, seeds[0], seeds.at(-1)]).toEqual([100, 0, 99]);
    expect(faults).toEqual(['crashes', 'pauses', 'losses', 'duplicates', 'delays', 'database', 'clocks', 'hangs']);
  });

  it('may switch off faults', () => {
    expect(readOptions({ faults: 'none' }, undefined).faults).toEqual([]);
    expect(readOptions({ faults: ['losses', 'crashes'] }, undefined).faults).toEqual(['crashes', 'losses']);
    expect(readOptions({ faults: { crashes: false, clocks: true } }, undefined).faults).not.toContain('crashes');
  });

  it('may be one seed, and the environment has the last word', () => {
    expect(readOptions({ seed: 7, seeds: 3 }, undefined).seeds).toEqual([7]);
    expect(readOptions({ seed: 7 }, '4294967295').seeds).toEqual([4_294_967_295]);
  });

  it.each([
    [{ seeds: 0 }, 'seeds must be a whole number from 1 to 4294967295, and is 0'],
    [{ seeds: 1.5 }, 'seeds must be a whole number'],
    [{ seed: -1 }, 'seed must be a whole number from 0 to 4294967295, and is -1'],
    [{ sead: 1 }, '"sead" is no option of simulate (did you mean "seed"?)'],
    [{ faults: 'all' }, "faults must be 'default', 'none', a list or an object, and is all"],
    [{ faults: null }, 'faults must be'],
    [{ faults: { crash: false } }, '"crash" is no fault'],
    [{ faults: ['clock'] }, '"clock" is no fault (did you mean "clocks"?): they are crashes, '],
    [{ faults: { crashes: 1 } }, 'faults.crashes must be true or false, and is 1'],
  ])('are refused: %j', (options, words) => {
    expect(() => readOptions(options as never, undefined)).toThrow(words);
  });

  it('are refused: what is no number in the environment, and no test', async () => {
    expect(() => readOptions({}, 'seven')).toThrow(
      'ORRERY_SEED must be a whole number from 0 to 4294967295, and is seven',
    );
    await expect(simulate({} as never)).rejects.toThrow('simulate needs a test');
  });
});
