import type { RunEvent } from '../api/types.js';
import { toneOf } from './event-words.js';
import type { Tone } from './status.js';

/** One tick of the slider: one event, or several that stand too close to be told apart. */
export interface Tick {
  /** The versions of its first and its last event. */
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
  /** How high it stands, from 0 to 1. */
  readonly height: number;
}

/** What shows through where many events share a tick. */
const WEIGHT: { readonly [tone in Tone]: number } = { failed: 5, undone: 4, active: 2, done: 3, idle: 1 };
const HEIGHT: { readonly [tone in Tone]: number } = { failed: 1, undone: 0.75, done: 0.6, active: 0.45, idle: 0.3 };

/** Folds the events of a run into at most so many ticks; a failure is never folded away. */
export function ticksOf(events: readonly RunEvent[], most: number): readonly Tick[] {
  const size = Math.max(1, Math.ceil(events.length / Math.max(1, most)));
  const ticks: Tick[] = [];
  for (let at = 0; at < events.length; at += size) {
    const folded = events.slice(at, at + size);
    const tone = folded.map(toneOf).reduce((best, each) => (WEIGHT[each] > WEIGHT[best] ? each : best));
    ticks.push({ from: folded[0]!.version, to: folded.at(-1)!.version, tone, height: HEIGHT[tone] });
  }
  return ticks;
}

/** Where on the slider a version stands, from 0 to 1. */
export function placeOf(version: number, last: number): number {
  return last <= 1 ? 1 : (Math.min(Math.max(version, 1), last) - 1) / (last - 1);
}

/** Which version stands there. */
export function versionAt(place: number, last: number): number {
  return Math.round(Math.min(Math.max(place, 0), 1) * Math.max(0, last - 1)) + 1;
}
