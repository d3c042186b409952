import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

/** What a program prints, without a test runner around it, which binds the names that are imported in its own way. */
async function printed(body: string): Promise<readonly string[]> {
  const program = `
    import { withTraps } from '@orrery/testing';
    const told = (work) => withTraps(async () => work()).then(() => 'nothing', ({ message }) => message.split(':')[0]);
    ${body}
  `;
  const options = ['--conditions=@orrery/source', '--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return stdout.trimEnd().split('\n');
}

describe('traps outside of Jest', () => {
  it('catch what was imported by its name, and let go of it', async () => {
    const lines = await printed(`
      import { existsSync } from 'node:fs';
      import { readFile } from 'node:fs/promises';
      import { connect } from 'node:net';
      import { env } from 'node:process';
      const touches = [() => existsSync('/'), () => readFile('/nowhere'), () => connect('/nowhere'), () => env.HOME];
      const said = [];
      for (const touch of touches) said.push(await told(touch));
      console.log(said.join('\\n'));
      console.log(existsSync('/'), env === process.env, await readFile('/nowhere').catch(({ code }) => code));
    `);
    expect(lines).toEqual([
      'simulated code called fs.existsSync',
      'simulated code called fs/promises.readFile',
      'simulated code called net.connect',
      'simulated code read process.env.HOME',
      'true true ENOENT',
    ]);
  });

  it('leave simulated code a console, then and later', async () => {
    const lines = await printed(`
      const how = await told(() => console.log('amid the work', { colours: true }));
      console.log(how);
    `);
    expect(lines).toEqual(['amid the work { colours: true }', 'nothing']);
  });
});
