import type { LoggerService } from '@nestjs/common';
import { type Logger, describeError } from '@orrery/infrastructure';

/** Lets Nest speak through our log. What it tells of itself at the start is detail. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** The last text that comes beside a message is the part of Nest that speaks. */
  private write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.findLast((each) => typeof each === 'string');
    if (message instanceof Error) this.target[level]({ context, error: describeError(message) }, message.name);
    else this.target[level]({ context }, String(message));
  }
}
