import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Dependencies, cycleIn, partsOf, unfounded } from './graph.js';

/** Small graphs with and without cycles; nobody depends on itself. */
const someGraph: fc.Arbitrary<Dependencies> = fc
  .integer({ min: 0, max: 12 })
  .chain((size) =>
    fc.tuple(...Array.from({ length: size }, (_, task) => fc.subarray(range(size).filter((other) => other !== task)))),
  );
const bigGraph: fc.Arbitrary<Dependencies> = fc
  .integer({ min: 32, max: 80 })
  .chain((size) => fc.tuple(...range(size).map((task) => fc.subarray(range(task), { maxLength: Math.min(3, task) }))));

function range(size: number): number[] {
  return Array.from({ length: size }, (_, index) => index);
}

/** By the simplest way there is. */
function reaches(from: number, to: number, dependencies: Dependencies, seen = new Set<number>()): boolean {
  return dependencies[from]!.some((next) => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(next, to, dependencies, seen);
  });
}

describe('the parts of a graph', () => {
  test('hold every task once', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        expect(
          partsOf(graph)
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(range(graph.length));
      }),
    );
  });

  test('come after all that they wait for', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const parts = partsOf(graph);
        const placeOf = (task: number) => parts.findIndex((part) => part.includes(task));
        for (const [task, after] of graph.entries()) {
          for (const dependency of after) expect(placeOf(dependency)).toBeLessThanOrEqual(placeOf(task));
        }
      }),
    );
  });

  test('hold together what waits for each other, and nothing else', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        const parts = partsOf(graph);
        for (const a of range(graph.length)) {
          for (const b of range(a)) {
            const isTogether = parts.some((part) => part.includes(a) && part.includes(b));
            expect(isTogether).toBe(reaches(a, b, graph) && reaches(b, a, graph));
          }
        }
      }),
    );
  });
});

describe('a cycle', () => {
  test('is a way from the first task of a part back to it, along dependencies, through no task twice', () => {
    fc.assert(
      fc.property(someGraph, (graph) => {
        for (const part of partsOf(graph).filter(({ length }) => length > 1)) {
          const cycle = cycleIn(part, graph);
          expect([cycle[0], cycle.at(-1)]).toEqual([part[0], part[0]]);
          expect(new Set(cycle).size).toBe(cycle.length - 1);
          for (const [index, task] of cycle.slice(1).entries()) expect(graph[cycle[index]!]).toContain(task);
        }
      }),
    );
  });

  test('is the shortest one', () => {
    expect(cycleIn([0, 1, 2, 3], [[1, 3], [2], [3], [0]])).toEqual([0, 3, 0]);
  });
});

describe('the claim that one task is upstream of another', () => {
  test.each([
    ['small graphs, also with cycles', someGraph],
    ['graphs with more tasks than are asked about at once', bigGraph],
  ])('is judged right in %s', (_, graphs) => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const tasks = range(graph.length);
        const claims = tasks.flatMap((task) => tasks.map((upstream) => ({ task, upstream })));
        const wrong = claims.filter(({ task, upstream }) => !reaches(task, upstream, graph));
        expect(unfounded(claims, graph)).toEqual(wrong);
      }),
      { numRuns: 50 },
    );
  });

  test('is judged at once where it is a dependency', () => {
    expect(unfounded([{ task: 1, upstream: 0 }], [[], [0]])).toEqual([]);
  });
});
