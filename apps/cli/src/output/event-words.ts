import { type Line, harmless, pad, piece } from './line.js';
import { clockTime } from './times.js';

/** What happened, or would: its type, and what it says. */
export interface Happening {
  readonly type: string;
  readonly data: { readonly [name: string]: unknown };
}

/** Fields that every event of a task has, and that its line says in other words. */
const SAID = new Set(['taskId', 'key', 'attempt', 'startedAt', 'lease', 'compensation']);
const DATA_MAX = 300;

/** An event in a line: what happened to which task, at which attempt, and the rest of what it says. */
export function eventWords({ type, data }: Happening): Line {
  const { attempt, compensation } = data;
  const key = keyOf(data);
  const subject = key === '' ? '' : `${key}${compensation === true ? ' (undoing)' : ''}`;
  const again = typeof attempt === 'number' && attempt > 1 ? ` #${attempt}` : '';
  const rest = Object.entries(data).filter(([name, value]) => !SAID.has(name) && value !== null);
  const told = rest.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [
    piece(pad(type, 20), type.endsWith('Failed') ? 'red' : undefined),
    piece(`  ${harmless(subject)}${again}`),
    piece(told.length > 0 ? `  ${harmless(told.join(' ')).slice(0, DATA_MAX)}` : '', 'dim'),
  ];
}

/** An event that was recorded, in a line of a history. */
export function eventLine(event: Happening & { readonly version: number; readonly at: string }): Line {
  return [piece(`${String(event.version).padStart(6)}  ${clockTime(event.at)}  `, 'dim'), ...eventWords(event)];
}

/** What a task is called; where its run is not there to say so, its number. */
function keyOf({ key, taskId }: Happening['data']): string {
  if (typeof key === 'string') return key;
  return typeof taskId === 'string' ? taskId.slice(taskId.indexOf('~')) : '';
}
