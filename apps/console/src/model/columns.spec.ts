import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type GraphTask, everyTask } from './collapse.js';
import { inColumns } from './columns.js';
import { NODE_HEIGHT, NODE_WIDTH, type Placed } from './places.js';

const placesOf = (tasks: readonly GraphTask[]) => inColumns(everyTask(tasks));
const task = (id: string, dependsOn: readonly string[] = []) => ({ id, key: id, type: 'noop', dependsOn });

/** Graphs in which every task depends on some that come before it. */
const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 60 })
  .map((all) => all.map((on, at) => task(`t${at}`, at === 0 ? [] : [...new Set(on.map((each) => `t${each % at}`))])));

function sizeOf(places: readonly Placed[]) {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  return {
    width: Math.max(...xs) - Math.min(...xs) + NODE_WIDTH,
    height: Math.max(...ys) - Math.min(...ys) + NODE_HEIGHT,
  };
}

describe('a graph in columns', () => {
  it('has a place for each task, and no two overlap', () => {
    fc.assert(
      fc.property(graphs, (tasks) => {
        const places = placesOf(tasks);
        expect(places.map(({ id }) => id).sort()).toEqual(tasks.map(({ id }) => id).sort());
        for (const [at, one] of places.entries()) {
          const over = places.slice(at + 1).filter(({ x, y }) => {
            return Math.abs(x - one.x) < NODE_WIDTH && Math.abs(y - one.y) < NODE_HEIGHT;
          });
          expect(over).toEqual([]);
        }
      }),
    );
  });

  it('leads from left to right, and puts together what depends on the same', () => {
    const places = new Map(
      placesOf([
        task('a'),
        task('b'),
        task('of-b', ['b']),
        task('of-a', ['a']),
        task('of-b-too', ['b']),
        task('end', ['of-a', 'of-b']),
      ]).map((place) => [place.id, place] as const),
    );
    const [a, ofA, end] = ['a', 'of-a', 'end'].map((id) => places.get(id)!.x) as [number, number, number];
    expect(a < ofA && ofA < end).toBe(true);
    const downwards = ['of-a', 'of-b', 'of-b-too'].map((id) => places.get(id)!.y);
    expect(downwards).toEqual([...downwards].sort((one, other) => one - other));
  });

  it.each([
    ['5,000 side by side', Array.from({ length: 5_000 }, (_, at) => task(`t${at}`))],
    ['5,000 in a row', Array.from({ length: 5_000 }, (_, at) => task(`t${at}`, at === 0 ? [] : [`t${at - 1}`]))],
  ])('has the shape of a screen: %s', (_, tasks) => {
    const { width, height } = sizeOf(placesOf(tasks));
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(4);
  });
});
