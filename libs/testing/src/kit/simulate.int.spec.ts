import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a program prints that ends by itself, without a test runner around it. */
async function printed(test: string): Promise<readonly string[]> {
  const program = `
    import { simulate } from '@orrery/sdk/testing';
    const { setTimeout: real } = globalThis;
    const told = await simulate({ seeds: 3 }, ${test}).then(({ seeds }) => String(seeds), ({ message }) => message);
    console.log(told.split('\\n')[0], setTimeout === real);
    console.log(told.split('\\n')[2] ?? '');
  `;
  const options = ['--conditions=@orrery/source', '--import', 'tsx', '--input-type=module', '--eval', program];
  const env = { ...process.env, JEST_WORKER_ID: '' };
  const { stdout } = await promisify(execFile)(process.execPath, options, { env });
  return stdout.trimEnd().split('\n');
}

const task = `{ orrery: 'v1', name: 'one', tasks: { it: { type: 'work' } } }`;

describe('a simulation outside of Jest', () => {
  it('leaves nothing running, and nothing changed', async () => {
    expect(await printed(`(orrery) => orrery.task('work', () => 1).run(${task})`)).toEqual(['3 true']);
  });

  it('nor when it fails, with handlers under way', async () => {
    const test = `async (orrery) => {
      orrery.task('work', () => new Promise((resolve) => setTimeout(resolve, 86_400_000)));
      void orrery.run(${task});
      await orrery.sleep(500);
      throw new Error('enough');
    }`;
    const [fails, repeat] = await printed(test);
    expect(fails).toBe('seed 0 fails: enough true');
    expect(repeat).toMatch(/^Repeat it: ORRERY_SEED=0 node --test/);
  });

  it('is told what nobody caught', async () => {
    const test = `async (orrery) => {
      void Promise.reject(new Error('nobody caught this'));
      await orrery.sleep(10);
    }`;
    expect((await printed(test))[0]).toBe('seed 0 fails: nobody caught this true');
  });
});
