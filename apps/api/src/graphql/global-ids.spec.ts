import { describe, expect, it } from '@jest/globals';
import { globalId, keyOf, readGlobalId } from './global-ids.js';

describe('a global id', () => {
  it('tells the type and the key', () => {
    expect(readGlobalId(globalId('Definition', 'a@1'))).toEqual({ type: 'Definition', key: 'a@1' });
  });

  it.each(['', 'x', 'Workflow:x', globalId('Nothing' as 'Task', 'x')])('is not %j', (text) => {
    expect(readGlobalId(text)).toBeUndefined();
  });

  it('stands for a key wherever one is wanted, of its own type alone', () => {
    expect(keyOf('Task', globalId('Task', 'a~0'))).toBe('a~0');
    expect(keyOf('Task', 'a~0')).toBe('a~0');
    expect(() => keyOf('Task', globalId('Workflow', 'a'))).toThrow('this is the id of a Workflow');
  });
});
