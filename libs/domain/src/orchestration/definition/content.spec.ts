import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../kernel/json.js';
import { contentText } from './content.js';

const task = { type: 'noop', input: { a: [1, 2], b: { c: 1, d: 2 } } };
const same = (one: Json, other: Json) => contentText(one) === contentText(other);

describe('the content of a definition', () => {
  it('is the same, however the keys of its objects are ordered', () => {
    const other = { input: { b: { d: 2, c: 1 }, a: [1, 2] }, type: 'noop' };
    expect(
      same({ name: 'x', orrery: 'v1', tasks: { a: task } }, { tasks: { a: other }, orrery: 'v1', name: 'x' }),
    ).toBe(true);
  });

  it('is another when its tasks come in another order, for they are numbered by it', () => {
    expect(same({ tasks: { a: task, b: task } }, { tasks: { b: task, a: task } })).toBe(false);
    expect(same({ tasks: { a: { tasks: { c: 1, d: 2 } } } }, { tasks: { a: { tasks: { d: 2, c: 1 } } } })).toBe(true);
  });

  it('is another when a list or a value is', () => {
    expect(same({ tasks: { a: { dependsOn: ['b', 'c'] } } }, { tasks: { a: { dependsOn: ['c', 'b'] } } })).toBe(false);
    expect(same({ tasks: { a: 1 } }, { tasks: { a: '1' } })).toBe(false);
  });

  it.each<[Json, string]>([
    [null, 'null'],
    [[], '[]'],
    [{ b: 1, a: [] }, '{"a":[],"b":1}'],
    [{ tasks: [] }, '{"tasks":[]}'],
  ])('is told of %j, though it is no definition', (document, text) => expect(contentText(document)).toBe(text));
});
