import { describe, expect, it } from '@jest/globals';
import { Opened, Stopped } from './opened.js';

function harness() {
  const said: string[] = [];
  const opened = new Opened((error) => said.push(`error: ${(error as Error).message}`));
  const add = (name: string, open: () => Promise<string> | string = () => name) =>
    opened.add(open, async (thing) => said.push(`closed ${thing}`));
  return { opened, said, add };
}

describe('What a process has opened', () => {
  it('is closed in the opposite order, once', async () => {
    const { opened, said, add } = harness();
    await add('database');
    await add('server');
    await Promise.all([opened.close(), opened.close()]);
    expect(said).toEqual(['closed server', 'closed database']);
  });

  it('is closed even where something else fails to close', async () => {
    const { opened, said, add } = harness();
    await add('database');
    await opened.add(
      () => 'server',
      () => Promise.reject(new Error('stuck')),
    );
    await opened.close();
    expect(said).toEqual(['error: stuck', 'closed database']);
  });

  it('is closed too when it was being opened', async () => {
    const { opened, said, add } = harness();
    let finish: (name: string) => void = () => undefined;
    const opening = add('database', () => new Promise<string>((resolve) => (finish = resolve)));
    const closing = opened.close();
    finish('database');
    await opening;
    await closing;
    expect(said).toEqual(['closed database']);
  });

  it('is nothing any more, once closing has begun', async () => {
    const { opened, add } = harness();
    expect(opened.isClosing).toBe(false);
    await opened.close();
    expect(opened.isClosing).toBe(true);
    await expect(add('late')).rejects.toThrow(Stopped);
  });

  it('is not what could not be opened', async () => {
    const { opened, said, add } = harness();
    await expect(add('broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await opened.close();
    expect(said).toEqual([]);
  });
});
