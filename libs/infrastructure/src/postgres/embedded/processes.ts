import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { platform } from 'node:os';
import { basename } from 'node:path';

/**
 * When a process began, in words that no later process with the same number repeats; undefined when none runs.
 * A zombie counts as none: it holds its number until it is reaped, and nothing else.
 */
export function processStart(pid: number, system: string = platform()): string | undefined {
  return system === 'linux' ? startByProc(pid) : startByPs(pid);
}

export function isRunning(pid: number, system: string = platform()): boolean {
  return processStart(pid, system) !== undefined;
}

/** Whether a process is a PostgreSQL server at work on this cluster. */
export function isServerOf(pid: number, cluster: string, system: string = platform()): boolean {
  if (!isRunning(pid, system)) return false;
  const command = commandLine(pid, system);
  if (!basename(command.split(/[\0 :]/)[0] ?? '').startsWith('postgres')) return false;
  const directory = system === 'linux' ? quietly(() => readlinkSync(`/proc/${pid}/cwd`)) : undefined;
  // A server moves into its data directory; where that cannot be seen, its arguments name it.
  if (directory === undefined) return command.includes(cluster);
  return directory === `${cluster} (deleted)` || directory === quietly(() => realpathSync(cluster));
}

function startByProc(pid: number): string | undefined {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (!stat) return undefined;
  // The program's name stands in parentheses and may hold spaces and parentheses of its own: count from the last one.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  // Ticks since boot come again at the next boot, so the boot is part of the answer.
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${fields[18]}`;
}

function startByPs(pid: number): string | undefined {
  const line = ps(pid, 'stat=,lstart=');
  return line && !line.startsWith('Z') ? line.replace(/^\S+\s+/, '') : undefined;
}

function commandLine(pid: number, system: string): string {
  const command =
    system === 'linux' ? quietly(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) : ps(pid, 'command=');
  return command ?? '';
}

function ps(pid: number, columns: string): string | undefined {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C' };
  const options: ExecFileSyncOptions = { stdio: ['ignore', 'pipe', 'ignore'], env };
  return quietly(() => String(execFileSync('ps', ['-o', columns, '-p', String(pid)], options)).trim());
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
