import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { read, root } from '../docs/support/documents.js';
import { Program, Standalone, build, dataDirectory, endPrograms } from '../e2e/support/standalone.js';
import { until } from '../e2e/support/until.js';
import { spawned } from './support/spawned.js';

jest.setTimeout(120_000);

const FILES = ['.gitignore', 'README.md', 'hello.yaml', 'package.json', 'tsconfig.json', 'worker.ts'];

let folder: string;
beforeAll(() => {
  build('cli', 'standalone');
  folder = mkdtempSync(join(tmpdir(), 'orrery-init-'));
});
afterAll(async () => {
  await endPrograms();
  rmSync(folder, { recursive: true });
});

const init = (...words: readonly string[]) => spawned(['init', ...words], { cwd: folder });
interface Package {
  readonly scripts: { readonly worker: string };
  readonly dependencies: { readonly [name: string]: string };
}
const packageOf = (name: string) => JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as Package;

describe('orrery init', () => {
  it('writes a project, and says what it wrote', async () => {
    const { code, out, err } = await init('flows');
    expect({ code, files: out.trim().split('\n').sort() }).toEqual({ code: 0, files: FILES });
    expect(err).toBe('Go on with flows/README.md.\n');
    expect(readdirSync(join(folder, 'flows')).sort()).toEqual(FILES);
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { tsx: string } };
    const { dependencies } = packageOf('flows');
    expect(dependencies['tsx']).toBe(`^${devDependencies.tsx}`);
    expect(dependencies['@orrery/sdk']).toBe(`file:${join(root, 'libs/sdk')}`);
  });

  it('overwrites nothing', async () => {
    writeFileSync(join(folder, 'worker.ts'), 'mine\n');
    expect(await init()).toMatchObject({ code: 5, out: '', err: expect.stringContaining('. has worker.ts already') });
    expect(readFileSync(join(folder, 'worker.ts'), 'utf8')).toBe('mine\n');
    expect(await init('flows', '-o', 'json')).toMatchObject({ code: 5 });
  });

  it('says why it cannot write', async () => {
    expect(await init('worker.ts/below')).toMatchObject({ code: 5, err: expect.stringMatching(/ENOTDIR/) });
  });

  it('makes a project that compiles and works', async () => {
    await init('working');
    const project = join(folder, 'working');
    // As `npm install` would have it, without asking a registry.
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
    const compiled = spawnSync(process.execPath, [join(root, 'node_modules/typescript-7/bin/tsc'), '-p', project]);
    expect(compiled.stdout.toString()).toBe('');

    const standalone = new Standalone(await dataDirectory(), await getPort(), { args: ['--no-examples'] });
    await standalone.ready();
    const env = { ORRERY_URL: standalone.url };
    const { worker } = packageOf('working').scripts;
    new Program('sh', ['-c', `cd ${project} && exec ${worker}`], { env });
    await until(async () => (await standalone.get<{ items: { types: string[] }[] }>('/workers')).items.length > 1);
    const words = ['run', 'hello.yaml', '--input', '{"name":"Ada"}', '-o', 'json'];
    const { code, out } = await spawned(words, { cwd: project, env });
    expect({ code, ended: JSON.parse(out) as object }).toMatchObject({
      code: 0,
      ended: { output: { first: 'Hello, Ada.', last: 'Good night, Ada.' } },
    });
  });
});
