import { describe, expect, it } from '@jest/globals';
import { RECORDED, SMALL } from './real-graphs.js';

describe('the graphs of real workflows', () => {
  it('have as many tasks and edges as were recorded', () => {
    const sizes = RECORDED.map((graph) => [Object.keys(graph).length, Object.values(graph).flat().length]);
    expect(sizes).toEqual([
      [58, 114],
      [52, 76],
      [41, 48],
      [22, 30],
      [11, 14],
    ]);
  });

  it('name only tasks that there are', () => {
    for (const graph of [...RECORDED, ...SMALL]) {
      expect(Object.values(graph).flat()).toEqual(
        Object.values(graph).flatMap((after) => after.filter((key) => graph[key])),
      );
    }
  });
});
