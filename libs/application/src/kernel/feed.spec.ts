import { describe, expect, it } from '@jest/globals';
import { Gone, Invalid } from '@orrery/domain';
import { FeedCursors, isPast, readableAfter } from './feed.js';

const cursors = new FeedCursors({ systemIdentifier: '71', timeline: 1 });
const at = (transactionId: bigint, position: bigint) => ({ transactionId, position });
const token = (text: string) => Buffer.from(text).toString('base64url');

describe('The cursor of a feed', () => {
  it('is a place in each database, and is read as it was written', () => {
    const cursor = new Map([
      ['east', at(12n, 2n ** 62n)],
      ['west-2', at(2n ** 62n, 0n)],
    ]);
    expect(cursors.read(cursors.write(cursor))).toEqual(cursor);
  });

  it('is one place where there is one database', () => {
    const cursor = new Map([['', at(12n, 34n)]]);
    expect(cursors.read(cursors.write(cursor))).toEqual(cursor);
  });

  it('may be amid a commit', () => {
    const cursor = new Map([['', { ...at(12n, 34n), version: 5 }]]);
    expect(cursors.read(cursors.write(cursor))).toEqual(cursor);
  });

  it('says nothing to another epoch', () => {
    const others = new FeedCursors({ systemIdentifier: '71', timeline: 2 });
    expect(() => others.read(cursors.write(new Map([['east', at(1n, 1n)]])))).toThrow(Gone);
  });

  it.each([
    '',
    '71.1',
    '71/.1.1',
    '/.1.1',
    '71.1/east',
    '71.1/east.1',
    '71.1/east.1.x',
    '71.1/East.1.1',
    '71.1/east.1.1.1.1',
    '71.1/east.1.9999999999999999999',
    '71.1/east.9999999999999999999.1',
  ])('forged as %s is refused', (text) => {
    expect(() => cursors.read(token(text))).toThrow(Invalid);
  });
});

describe('A place in a log', () => {
  const amid = { ...at(1n, 5n), version: 3 };

  it('comes after what was told before it, amid a commit too', () => {
    const ordered = [at(1n, 4n), amid, { ...amid, version: 4 }, at(1n, 5n), at(2n, 1n)];
    for (const [index, one] of ordered.entries()) {
      expect(ordered.map((other) => isPast(one, other))).toEqual(ordered.map((_, other) => index > other));
    }
  });

  it('amid a commit has it read again', () => {
    expect(readableAfter(amid)).toEqual(at(1n, 4n));
    expect(readableAfter(at(1n, 5n))).toEqual(at(1n, 5n));
  });
});
