import type { DestinationStream } from 'pino';

const LEVELS: { readonly [level: string]: string } = { info: 'info ', warn: 'WARN ', error: 'ERROR', fatal: 'FATAL' };

/** Lines of the log as a person reads them: the time, what happened, and what is known of it. */
export function readableLog(output: NodeJS.WritableStream): DestinationStream {
  return { write: (line) => void output.write(readable(line)) };
}

function readable(line: string): string {
  const { level, time, name, pid: _pid, hostname: _hostname, msg = '', error, ...rest } = JSON.parse(line);
  const clock = time.slice(11, 23);
  const details = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const first = [clock, LEVELS[level] ?? level, name, msg, ...details].filter(Boolean).join(' ');
  return error ? `${first}\n  ${error.stack ?? error.message}\n` : `${first}\n`;
}
