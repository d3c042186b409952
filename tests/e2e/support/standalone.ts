import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How the standalone server is started. */
export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As whom, when we are root. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A program that runs as a user runs it: a process, what it says, and how it ends. */
export class Program {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  private readonly ended: Promise<number | NodeJS.Signals>;

  constructor(command: string, args: readonly string[], { env, user }: Omit<StartOptions, 'args'> = {}) {
    // A group of its own, as a shell gives every program. Settings of whoever runs the tests are none of its business.
    const clean = { PATH: process.env['PATH'], HOME: '/nonexistent', LANG: 'C.UTF-8', ...env };
    this.child = spawn(command, args, {
      cwd: root,
      env: clean,
      detached: true,
      ...user,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', (bytes: Buffer) => (this.stdout += bytes.toString()));
    this.child.stderr!.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()));
    this.ended = once(this.child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
    programs.add(this);
    void this.ended.then(() => programs.delete(this));
  }

  get lines(): string[] {
    return this.stdout.trimEnd().split('\n');
  }

  /** Its exit code, or the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals> {
    return this.ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<number | NodeJS.Signals> {
    this.signal(signal);
    return this.exit();
  }
}

const programs = new Set<Program>();
const directories: string[] = [];

/** A directory that everybody may pass through: PostgreSQL runs as another user when we are root. */
export async function dataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), 'orrery-e2e-'));
  await chmod(directory, 0o755);
  directories.push(directory);
  return join(directory, 'data');
}

/** The standalone server, from the bundle that `npm start` runs. */
export class Standalone extends Program {
  constructor(
    readonly data: string,
    readonly port: number,
    { args = [], ...options }: StartOptions = {},
  ) {
    const said = ['--port', String(port), '--data', data, ...args];
    super(process.execPath, [join(root, 'dist/standalone.mjs'), ...said], options);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Waits until it answers `/readyz`. */
  async ready(): Promise<void> {
    await until(async () => {
      if (this.child.exitCode !== null) throw new Error(`it ended with ${this.child.exitCode}: ${this.stderr}`);
      return (await fetch(`${this.url}/readyz`).catch(() => undefined))?.ok === true;
    });
  }

  /** Waits until it has said everything it says at its start. */
  async greeted(): Promise<void> {
    await this.ready();
    await until(async () => this.stdout.includes('Next:') || this.stdout.endsWith('}\n'));
  }

  async get<Body>(path: string): Promise<Body> {
    return (await (await fetch(`${this.url}/api/v1${path}`)).json()) as Body;
  }

  async post<Body>(path: string, body: object = {}): Promise<Body> {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await (await fetch(`${this.url}/api/v1${path}`, request)).json()) as Body;
  }

  /** How a run ended: waits for it. */
  async result(id: string): Promise<{ status: string; output: unknown; error: { code: string } | null }> {
    type Result = Awaited<ReturnType<Standalone['result']>> & { ended: boolean };
    let result: Result | undefined;
    await until(async () => {
      result = await this.get<Result>(`/workflows/${id}/result?waitMs=10000`);
      return result.ended;
    });
    return result!;
  }

  /** The process number of its PostgreSQL; nothing when it has none. */
  get postmaster(): number | undefined {
    return postmasterOf(this.data);
  }
}

function postmasterOf(data: string): number | undefined {
  try {
    const [line] = readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1);
    const pid = Number(line);
    process.kill(pid, 0);
    return pid;
  } catch {
    // It was not started, has removed its file, or is dead.
    return undefined;
  }
}

/** Builds what is missing or old; nothing to do after `npm run build`. */
export function build(...apps: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'tools/build.mjs'), ...apps], { stdio: 'pipe' });
}

/** Ends everything that a spec left running, and removes what it wrote. */
export async function endPrograms(): Promise<void> {
  await Promise.all([...programs].map((program) => program.end('SIGKILL')));
  for (const directory of directories.splice(0)) {
    const postmaster = postmasterOf(join(directory, 'data'));
    if (postmaster) process.kill(postmaster, 'SIGINT');
    await until(async () => postmasterOf(join(directory, 'data')) === undefined);
    await rm(directory, { recursive: true, force: true });
  }
}
