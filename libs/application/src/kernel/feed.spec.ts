import { describe, expect, it } from '@jest/globals';
import { Gone, Invalid } from '@orrery/domain';
import { FeedCursors } from './feed.js';

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

  it('says nothing to another epoch', () => {
    const others = new FeedCursors({ systemIdentifier: '71', timeline: 2 });
    expect(() => others.read(cursors.write(new Map([['east', at(1n, 1n)]])))).toThrow(Gone);
  });

  it.each(['71.1/east', '71.1/east.1', '71.1/east.1.x', '71.1/East.1.1', '71.1/east.1.1.1'])(
    'forged as %s is refused',
    (text) => {
      expect(() => cursors.read(token(text))).toThrow(Invalid);
    },
  );
});
