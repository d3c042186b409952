import { describe, expect, it } from '@jest/globals';
import { collapse, criticalPath, depthsOf, stemOf } from './collapse.js';
import { layOut } from './layout.js';
import { NODE_HEIGHT } from './places.js';

const task = (key: string, dependsOn: readonly string[] = [], type = 'sleep') => ({ id: key, key, type, dependsOn });
const many = (count: number, make: (index: number) => ReturnType<typeof task>) =>
  Array.from({ length: count }, (_, index) => make(index));

describe('the graph of a run', () => {
  it('has a node for each task, while there are few of a kind', () => {
    const tasks = [task('reserve'), task('charge', ['reserve']), task('ship', ['charge'])];
    const { nodes, edges } = collapse(tasks);
    expect(nodes.map(({ label }) => label)).toEqual(['reserve', 'charge', 'ship']);
    expect(edges).toEqual([
      { from: 'reserve', to: 'charge' },
      { from: 'charge', to: 'ship' },
    ]);
  });

  it('draws like siblings as one, with one edge in and one out', () => {
    const fits = many(1_242, (index) => task(`mDiffFit_ID${index}`, ['project']));
    const { nodes, edges } = collapse([
      task('project'),
      ...fits,
      task(
        'concat',
        fits.map(({ id }) => id),
      ),
    ]);
    expect(nodes.map(({ label, members }) => [label, members.length])).toEqual([
      ['project', 1],
      ['mDiffFit', 1_242],
      ['concat', 1],
    ]);
    expect(edges).toHaveLength(2);
  });

  it('keeps those apart that are of another type, name or column', () => {
    const tasks = [
      ...many(6, (i) => task(`a-${i}`)),
      ...many(6, (i) => task(`b-${i}`)),
      ...many(6, (i) => task(`c-${i}`, ['a-0'])),
    ];
    expect(collapse(tasks).nodes.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
  });

  it('gathers by column where every task has a name of its own', () => {
    const word = (index: number) => [...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    const { nodes } = collapse([...many(600, (i) => task(word(i))), task('end', ['a'], 'http')]);
    expect(nodes.map(({ label, members }) => [label, members.length])).toEqual([
      ['a … fjj', 600],
      ['end', 1],
    ]);
  });

  it('gathers neighbouring columns of a long chain, and no edge leads back', () => {
    const types = ['sleep', 'http'];
    const chain = many(5_000, (i) => task(`t${i}`, i === 0 ? [] : [`t${i - 1}`], types[i % 2]));
    const { nodes, edges } = collapse(chain);
    expect(nodes.length).toBeLessThanOrEqual(300);
    expect(nodes.flatMap(({ members }) => members)).toHaveLength(5_000);
    expect(nodes[0]!.type).toBe('2 types');
    const order = new Map(nodes.map(({ id }, index) => [id, index]));
    expect(edges.every(({ from, to }) => order.get(from)! < order.get(to)!)).toBe(true);
  });

  it('puts a task behind everything that it depends on, and passes over what is not there', () => {
    const depths = depthsOf([task('c', ['a', 'b']), task('b', ['a']), task('a', ['elsewhere'])]);
    expect([...depths].sort()).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('knows which tasks its length came from', () => {
    const timed = (key: string, endedAt: string | null, on: readonly string[] = []) => ({ ...task(key, on), endedAt });
    const tasks = [timed('a', '1'), timed('b', '3'), timed('c', '5', ['a', 'b']), timed('d', null, ['c'])];
    expect([...criticalPath(tasks)]).toEqual(['c', 'b']);
    expect([...criticalPath([timed('a', null)])]).toEqual([]);
  });

  it('sees what keys have in common', () => {
    expect(stemOf('resize-17')).toBe(stemOf('resize-01'));
    expect(stemOf('resize')).not.toBe(stemOf('publish'));
  });
});

describe('the layout', () => {
  it('goes from left to right, and puts no node onto another', () => {
    const places = layOut(collapse([task('a'), task('b', ['a']), task('c', ['a'])]));
    const [a, b, c] = ['a', 'b', 'c'].map((id) => places.find((place) => place.id === id)!);
    expect(a!.x).toBeLessThan(b!.x);
    expect(b!.x).toBe(c!.x);
    expect(Math.abs(b!.y - c!.y)).toBeGreaterThanOrEqual(NODE_HEIGHT);
  });
});
