import { number } from '../output/counts.js';
import { type Line, piece } from '../output/line.js';
import type { Ink } from '../output/style.js';
import { humanEta } from '../output/times.js';
import { type RunPicture, type TaskPicture, isEnded } from './run-picture.js';

/** How far a run is, in numbers. */
export interface Progress {
  readonly done: number;
  readonly running: number;
  readonly waiting: number;
  readonly failed: number;
  /** They will not run, because the run was stopped. */
  readonly cancelled: number;
  readonly total: number;
  /** Tasks a second, of late; nothing until it can be told. */
  readonly rate: number | undefined;
  /** Nothing if it cannot be told. */
  readonly leftMs: number | undefined;
}

/** What "of late" is. */
const WINDOW_MS = 10_000;
/** With fewer ends than that in it, a rate is chance. */
const ENDS_MIN = 5;

export function progressOf({ tasks, ends, run, time }: RunPicture): Progress {
  const count = (is: (task: TaskPicture) => boolean) => tasks.filter(is).length;
  const failed = count(({ status }) => status === 'failed');
  const cancelled = count(({ status }) => status === 'cancelled');
  const done = count(isEnded) - failed - cancelled;
  const total = tasks.length;
  const rate = run.status === 'running' ? rateOf(ends, time) : undefined;
  const left = total - done - failed - cancelled;
  return {
    done,
    failed,
    cancelled,
    total,
    running: count(({ status }) => status === 'running' || status === 'compensating'),
    waiting: count(({ status }) => status === 'waiting' || status === 'queued'),
    rate,
    leftMs: rate === undefined || left === 0 ? undefined : (left / rate) * 1000,
  };
}

function rateOf(ends: readonly number[], now: number): number | undefined {
  const late = ends.filter((at) => at > now - WINDOW_MS);
  if (late.length < ENDS_MIN) return undefined;
  const spanMs = Math.max(1000, now - Math.max(now - WINDOW_MS, ends[0]!));
  return (late.length / spanMs) * 1000;
}

/** The bar, with what it says in numbers, in so many columns. */
export function barLine(progress: Progress, columns: number): Line {
  const { done, failed, cancelled, total, rate, leftMs } = progress;
  const ended = done + failed + cancelled;
  const percent = total === 0 ? 100 : Math.floor((ended / total) * 100);
  const facts = [
    `${number(ended)}/${number(total)}`,
    `${percent}%`,
    ...(rate === undefined ? [] : [`${rate < 10 ? rate.toFixed(1) : number(Math.round(rate))}/s`]),
    ...(leftMs === undefined ? [] : [`ETA ${humanEta(leftMs)}`]),
  ].join('  ');
  const width = Math.max(5, Math.min(40, columns - facts.length - 2));
  const cells = (value: number) => (total === 0 ? 0 : Math.round((value / total) * width));
  const red = failed > 0 ? Math.max(1, cells(failed)) : 0;
  const green = Math.min(width - red, cells(done));
  const yellow = Math.min(width - red - green, cells(cancelled));
  const part = (length: number, sign: string, ink: Ink) => (length > 0 ? [piece(sign.repeat(length), ink)] : []);
  return [
    ...part(green, '█', 'green'),
    ...part(red, '█', 'red'),
    ...part(yellow, '█', 'yellow'),
    ...part(width - green - red - yellow, '░', 'dim'),
    piece(`  ${facts}`),
  ];
}

/** The same in words: what is where. */
export function countsLine({ done, running, waiting, failed, cancelled, total }: Progress): Line {
  const rest = total - done - running - waiting - failed - cancelled;
  const said = (value: number, word: string, ink?: Ink) => (value > 0 ? [piece(`${number(value)} ${word}`, ink)] : []);
  const parts = [
    said(failed, 'failed', 'red'),
    said(running, 'running', 'cyan'),
    said(waiting, 'waiting', 'yellow'),
    [piece(`${number(done)} done`, 'green')],
    said(cancelled, 'cancelled', 'yellow'),
    said(rest, 'to come', 'dim'),
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : [piece(' · '), ...part]));
}
