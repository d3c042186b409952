import { describe, expect, it } from '@jest/globals';

interface Positions {
  readonly repeats: number;
  readonly violations: readonly string[];
  hear(id: string): void;
  missing(histories: ReadonlyMap<string, History>): number;
  unfounded(histories: ReadonlyMap<string, History>): number;
}
interface History {
  readonly stream: string;
  readonly events: readonly unknown[];
}

// The script is plain JavaScript, for it is run without a build.
const script: string = './audit.mjs';
const { Positions } = (await import(script)) as { Positions: new () => Positions };

function heard(...ids: string[]): Positions {
  const positions = new Positions();
  for (const id of ids) positions.hear(id);
  return positions;
}
const log = (...streams: (readonly [string, number])[]) =>
  new Map(streams.map(([stream, length]) => [stream, { stream, events: Array.from({ length }) }]));

describe("A subscriber's audit", () => {
  it('takes streams in any order among each other, and repeats of what was heard', () => {
    const positions = heard('a:1', 'b:1', 'a:2', 'a:1', 'a:2', 'b:2', 'a:3');
    expect([positions.violations, positions.repeats]).toEqual([[], 2]);
    expect([positions.missing(log(['a', 3], ['b', 2])), positions.unfounded(log(['a', 3], ['b', 2]))]).toEqual([0, 0]);
  });

  it('tells of an event that came before the one before it, and of one that came too late', () => {
    expect(heard('a:1', 'a:3', 'a:2').violations).toEqual([
      'a:3 was heard after version 1',
      'a:2 was heard after version 3',
    ]);
  });

  it('counts what never came, and what is in no log', () => {
    const positions = heard('a:1', 'a:2', 'c:1');
    expect(positions.missing(log(['a', 3], ['b', 2]))).toBe(3);
    expect(positions.unfounded(log(['a', 1]))).toBe(2);
  });

  it('knows streams whose names have colons', () => {
    expect(heard('urn:x:1', 'urn:x:2').missing(log(['urn:x', 2]))).toBe(0);
  });
});
