import { LIMITS } from '@orrery/domain';

/** What a task takes in a definition besides its key and the keys it waits for, the longest duration included. */
const ROOM_A_TASK = 80;
/** What a key takes besides itself where it is named: quotes and a comma. */
const ROOM_A_NAME = 3;

/** A task that needs a key. */
export interface Unnamed {
  readonly id: string;
  readonly after: readonly number[];
}

/**
 * Keys for the tasks of an instance, in their order: their ids, as far as they are lawful keys and no two the same. Where a
 * definition with such keys would be too large, the first letters of the id and the task's number must do. The same
 * instance gets the same keys, whatever its time scale.
 */
export function taskKeys(tasks: readonly Unnamed[]): string[] {
  const readable = distinct(tasks.map(({ id }) => lawful(id)));
  return roomFor(tasks, readable) <= LIMITS.definitionBytes ? readable : tasks.map(({ id }, index) => short(id, index));
}

/** A name made a lawful key: what may not stand in one becomes `_`. */
export function lawful(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.-]/gu, '_');
  // A key that programs have been attacked with is refused wherever it stands.
  const isNoKey = !/^[A-Za-z_]/.test(plain) || plain === '__proto__';
  return (isNoKey ? `_${plain}` : plain).slice(0, LIMITS.keyCharacters);
}

function short(id: string, index: number): string {
  const [letters] = /^[A-Za-z]{1,3}/.exec(id) ?? ['t'];
  return `${letters}${index + 1}`;
}

/** The same keys, where the second of two that are the same gets `-2` at its end, the third `-3`. */
function distinct(keys: readonly string[]): string[] {
  const taken = new Set(keys);
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return keys.map((key) => {
    if (!seen.has(key)) {
      seen.add(key);
      return key;
    }
    for (let count = (counts.get(key) ?? 1) + 1; ; count++) {
      const end = `-${count}`;
      const other = key.slice(0, LIMITS.keyCharacters - end.length) + end;
      if (taken.has(other)) continue;
      counts.set(key, count);
      taken.add(other);
      return other;
    }
  });
}

function roomFor(tasks: readonly Unnamed[], keys: readonly string[]): number {
  const roomOf = (index: number) => keys[index]!.length + ROOM_A_NAME;
  return tasks.reduce((room, { after }, index) => {
    const named = after.reduce((sum, before) => sum + roomOf(before), 0);
    return room + ROOM_A_TASK + roomOf(index) + named;
  }, 0);
}
