import { didYouMean, pointerTo, suggester } from '@orrery/domain';
import type { Complain } from './instance-faults.js';
import { type Part, itemsOf } from './parts.js';
import type { FoundTask } from './read-instance.js';

/** Finds the task that a name means, by its position; nothing, and a complaint, where there is not exactly one. */
type Find = (name: Part<string>) => number | undefined;

/** What each task comes after, as positions. An edge may be told by either end, or by both. */
export function readEdges(tasks: readonly FoundTask[], complain: Complain): ReadonlySet<number>[] {
  const after = tasks.map(() => new Set<number>());
  const find = finder(tasks, complain);
  for (const [position, task] of tasks.entries()) {
    for (const name of namesIn(task, 'parents', complain)) {
      const parent = find(name);
      if (parent !== undefined) after[position]!.add(parent);
    }
    for (const name of namesIn(task, 'children', complain)) {
      const child = find(name);
      if (child !== undefined) after[child]!.add(position);
    }
  }
  return after;
}

function namesIn({ value, pointer }: FoundTask, field: 'parents' | 'children', complain: Complain): Part<string>[] {
  const names = value[field] ?? [];
  const at = pointerTo(pointer, field);
  if (!Array.isArray(names)) {
    complain('wfformat.wrong-type', at, 'this must be a list');
    return [];
  }
  return itemsOf(names, at).filter((name): name is Part<string> => {
    const isName = typeof name.value === 'string';
    if (!isName) complain('wfformat.wrong-type', name.pointer, 'this must be a text');
    return isName;
  });
}

function finder(tasks: readonly FoundTask[], complain: Complain): Find {
  const positions = new Map<string, number | 'several'>();
  for (const [position, { names }] of tasks.entries()) {
    for (const name of new Set(names)) positions.set(name, positions.has(name) ? 'several' : position);
  }
  const suggest = suggester(positions.keys());
  return ({ value: name, pointer }) => {
    const found = positions.get(name);
    if (typeof found === 'number') return found;
    if (found === 'several') {
      complain('wfformat.ambiguous-task', pointer, `there are several tasks ${JSON.stringify(name)}`);
    } else {
      const message = `there is no task ${JSON.stringify(name)}${didYouMean(suggest(name))}`;
      complain('wfformat.unknown-task', pointer, message);
    }
    return undefined;
  };
}
