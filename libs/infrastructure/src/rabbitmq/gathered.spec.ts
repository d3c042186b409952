import { describe, expect, it } from '@jest/globals';
import { Gathered } from './gathered.js';

describe('What may wait', () => {
  it('is done together, in its order', async () => {
    const done: string[] = [];
    const gathered = new Gathered(5);
    const all = new Promise<void>((resolve) => {
      gathered.add(() => done.push('a'));
      gathered.add(() => {
        done.push('b');
        resolve();
      });
    });
    expect(done).toEqual([]);
    await all;
    expect(done).toEqual(['a', 'b']);
  });

  it('is done at once by who asks for it, and not again', async () => {
    const done: string[] = [];
    const gathered = new Gathered(5);
    gathered.add(() => {
      done.push('a');
      // What is added meanwhile waits for the next time.
      gathered.add(() => done.push('b'));
    });
    gathered.flush();
    expect(done).toEqual(['a']);
    gathered.flush();
    expect(done).toEqual(['a', 'b']);
    await new Promise<void>((resolve) => gathered.add(resolve));
    expect(done).toEqual(['a', 'b']);
  });
});
