import { spawnSync } from 'node:child_process';

const runs = (program: string) => spawnSync(program, ['--version']).status === 0;

/**
 * Whether a program is there. Where everything has to be proved it is installed first, where Debian's packages can be:
 * the package is called as the program is.
 */
export function hasProgram(name: string): boolean {
  if (runs(name)) return true;
  const mayInstall = [process.env['CI'], process.env['ORRERY_TEST_INSTALL']].some((value) =>
    /^(1|true)$/.test(value ?? ''),
  );
  if (!mayInstall) return false;
  const [program = '', ...before] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  const env = { PATH: process.env['PATH'], DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', name]])
    spawnSync(program, [...before, ...words], { stdio: 'ignore', env });
  return runs(name);
}
