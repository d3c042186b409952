import { type Json, type JsonObject, pointerTo } from '@orrery/domain';
import type { Complain } from './instance-faults.js';

/** A part of an instance, and where it stands. */
export interface Part<T = Json> {
  readonly value: T;
  readonly pointer: string;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text, if it is one with something in it. */
export function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a path of keys leads to; nothing where it leads nowhere. */
export function memberAt(value: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((here, key) => (isObject(here) ? here[key] : undefined), value);
}

export function pointerOf(path: readonly string[]): string {
  return path.reduce<string>(pointerTo, '');
}

/** The items of the list that a path leads to; nothing, and a complaint, where there is none. */
export function listAt(document: Json, path: readonly string[], complain: Complain): Part[] | undefined {
  for (let depth = 1; depth <= path.length; depth++) {
    const way = path.slice(0, depth);
    const value = memberAt(document, way);
    if (depth === path.length && Array.isArray(value)) return itemsOf(value, pointerOf(way));
    if (value === undefined) {
      complain('wfformat.missing', pointerOf(way.slice(0, -1)), `"${way.at(-1)}" is missing here`);
      return undefined;
    }
    if (depth === path.length || !isObject(value)) {
      const wanted = depth === path.length ? 'a list' : 'an object';
      complain('wfformat.wrong-type', pointerOf(way), `this must be ${wanted}`);
      return undefined;
    }
  }
  return undefined;
}

export function itemsOf(list: readonly Json[], pointer: string): Part[] {
  return list.map((value, index) => ({ value, pointer: pointerTo(pointer, index) }));
}
