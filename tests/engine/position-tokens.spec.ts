import { describe, expect, it } from '@jest/globals';
import { PositionTokens, START } from '@orrery/application';
import { Gone, Invalid } from '@orrery/domain';
import { idIn } from './support/runs.js';

describe('a position token', () => {
  const position = { ...START, partition: 3, stream: idIn(3), version: 7, transactionId: 12n, position: 34n };

  it('is read as it was written, in its own epoch alone', () => {
    const tokens = new PositionTokens({ systemIdentifier: '71', timeline: 1 });
    const token = tokens.write(position);
    expect(tokens.read(token)).toEqual({
      token,
      places: [{ partition: 3, transactionId: 12n, position: 34n }],
      run: { stream: idIn(3), version: 7 },
    });
    const others = new PositionTokens({ systemIdentifier: '71', timeline: 2 });
    expect(() => others.read(tokens.write(position))).toThrow(Gone);
  });

  it.each(['', 'x', '!!', Buffer.from('71.1/3/12').toString('base64url')])('forged as %j is refused', (token) => {
    const tokens = new PositionTokens({ systemIdentifier: '71', timeline: 1 });
    expect(() => tokens.read(token)).toThrow(Invalid);
  });

  it('for many covers each partition as far as it was written to', () => {
    const tokens = new PositionTokens({ systemIdentifier: '71', timeline: 1 });
    const at = (partition: number, transactionId: bigint, place: bigint) => ({
      ...position,
      partition,
      transactionId,
      position: place,
    });
    const { places, run } = tokens.read(
      tokens.writeAll([at(3, 12n, 34n), at(5, 12n, 35n), at(3, 9n, 40n), at(7, 11n, 30n)]),
    );
    expect(run).toBeUndefined();
    expect(places).toEqual([
      { partition: 3, transactionId: 12n, position: 35n },
      { partition: 5, transactionId: 12n, position: 35n },
      { partition: 7, transactionId: 11n, position: 30n },
    ]);
    expect(tokens.writeAll([position])).toBe(tokens.write(position));
  });

  it('for many keeps apart what several databases count alike', () => {
    const shards = [{ partitions: new Set([0, 2, 4]) }, { partitions: new Set([1, 3, 5]) }];
    const tokens = new PositionTokens({ systemIdentifier: '71', timeline: 1 }, shards);
    const at = (partition: number, transactionId: bigint, place: bigint) => ({
      ...position,
      partition,
      transactionId,
      position: place,
    });
    const some = tokens.read(tokens.writeAll([at(0, 12n, 34n), at(2, 12n, 35n), at(1, 12n, 3n)])).places;
    expect(some).toEqual([
      { partition: 0, transactionId: 12n, position: 35n },
      { partition: 2, transactionId: 12n, position: 35n },
      { partition: 1, transactionId: 12n, position: 3n },
    ]);
    // So many that each database has but one place: its own last one.
    const evens = Array.from({ length: 60 }, (_, n) => at(2 * n, BigInt(1_000 + n), 1n));
    const odds = Array.from({ length: 60 }, (_, n) => at(2 * n + 1, BigInt(n), 2n));
    const parities = [0, 1].map((parity) => ({
      partitions: new Set(Array.from({ length: 60 }, (_, n) => 2 * n + parity)),
    }));
    const wide = new PositionTokens({ systemIdentifier: '71', timeline: 1 }, parities);
    const { places } = wide.read(wide.writeAll([...evens, ...odds]));
    expect(places).toHaveLength(120);
    expect(new Set(places.map(({ partition, transactionId }) => `${partition % 2} ${transactionId}`))).toEqual(
      new Set(['0 1059', '1 59']),
    );
  });

  it('of a list says how far each partition has come, and no further', () => {
    const tokens = new PositionTokens({ systemIdentifier: '71', timeline: 1 });
    const at = (transactionId: bigint, place: bigint) => ({ transactionId, position: place });
    const checkpoints = new Map([
      [0, at(12n, 34n)],
      [1, at(12n, 35n)],
      [2, START],
      [3, at(12n, 34n)],
    ]);
    const { places, run } = tokens.read(tokens.writeReached(checkpoints));
    expect(run).toBeUndefined();
    expect(new Map(places.map(({ partition, ...place }) => [partition, place]))).toEqual(checkpoints);
  });

  it('for many fits into a header, however many there are', () => {
    const tokens = new PositionTokens({ systemIdentifier: '7412345678901234567', timeline: 1 });
    const all = Array.from({ length: 1_000 }, (_, n) => ({
      ...position,
      partition: n,
      transactionId: 10n ** 9n + BigInt(n),
      position: 10n ** 9n,
    }));
    const token = tokens.writeAll(all);
    expect(token.length).toBeLessThan(8_000);
    const { places } = tokens.read(token);
    expect(places).toHaveLength(1_000);
    expect(places.every((place) => place.transactionId === 10n ** 9n + 999n)).toBe(true);
    const reached = tokens.writeReached(new Map(all.map((each) => [each.partition, each])));
    expect(reached.length).toBeLessThan(8_000);
  });

  it.each(['71.1/1.2', '71.1/1.2.', '71.1/1.2.x', '71.1/1.2.1024', '71.1/1.2.3.4', '71.1/1.2.3/x'])(
    'for many, forged as %j, is refused',
    (text) => {
      const tokens = new PositionTokens({ systemIdentifier: '71', timeline: 1 });
      expect(() => tokens.read(Buffer.from(text).toString('base64url'))).toThrow(Invalid);
    },
  );

  it('forged in any field is refused', () => {
    const tokens = new PositionTokens({ systemIdentifier: '71', timeline: 1 });
    const fields = Buffer.from(tokens.write(position), 'base64url').toString().split('/');
    for (let field = 1; field < fields.length; field++) {
      for (const forged of ['', '-1', 'x', '1e3', '9'.repeat(30)]) {
        const token = Buffer.from(fields.with(field, forged).join('/')).toString('base64url');
        expect(() => tokens.read(token)).toThrow(Invalid);
      }
    }
    expect(() => tokens.read(Buffer.from([...fields, '1'].join('/')).toString('base64url'))).toThrow(Invalid);
  });
});
