import { describe, expect, it } from '@jest/globals';

interface Fault {
  readonly row: number;
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly complaints: readonly string[];
  firstMs?: number;
  allMs?: number;
  alone?: boolean;
}
interface Recovery {
  measureRecovery(records: readonly Fault[], probes: readonly { askedAt: number; endedAt?: number }[]): void;
  checkRecovery(records: readonly Fault[], intents: readonly object[], violations: string[]): void;
  summary(records: readonly Fault[]): Record<number, object>;
}

// The script is plain JavaScript, for it is run without a build.
const script: string = './recovery.mjs';
const { measureRecovery, checkRecovery, summary } = (await import(script)) as Recovery;

const fault = (row: number, startedAt: number, endedAt: number, more: Partial<Fault> = {}): Fault => ({
  ...{ row, name: `fault ${row}`, startedAt, endedAt, complaints: [], ...more },
});
/** One probe a second, each done after so long. */
const probes = (seconds: number, tookMs: (askedAt: number) => number) =>
  Array.from({ length: seconds }, (_, n) => ({ askedAt: n * 1_000, endedAt: n * 1_000 + tookMs(n * 1_000) }));

function judge(records: readonly Fault[], of: ReturnType<typeof probes>, intents: readonly object[] = []): string[] {
  const violations: string[] = [];
  measureRecovery(records, of);
  checkRecovery(records, intents, violations);
  return violations;
}

describe('Recovery from a fault', () => {
  it('is from its end to the first success of what began afterwards, and to the last of what was caught', () => {
    const one = fault(2, 10_000, 20_000);
    expect(
      judge(
        [one],
        probes(60, (askedAt) => (askedAt < 20_000 ? 12_000 : 300)),
      ),
    ).toEqual([]);
    expect([one.firstMs, one.allMs, one.alone]).toEqual([300, 11_000, true]);
    expect(summary([one])).toEqual({
      2: { faults: 1, alone: 1, firstMedianMs: 300, firstMaxMs: 300, allMedianMs: 11_000, allMaxMs: 11_000 },
    });
  });

  it('breaks a promise when it takes too long, or never comes', () => {
    expect(
      judge(
        [fault(2, 10_000, 20_000)],
        probes(60, () => 15_000),
      ),
    ).toEqual([expect.stringContaining('the first success came after 15000 ms, of 10000')]);
    expect(judge([fault(2, 10_000, 20_000)], [])).toHaveLength(1);
    expect(
      judge(
        [fault(1, 10_000, 20_000)],
        probes(60, (at) => (at === 15_000 ? 40_000 : 100)),
      ),
    ).toEqual([expect.stringContaining('what was caught in it was done after 35000 ms, of 20000')]);
  });

  it('is nobody’s where faults overlap', () => {
    const both = [fault(2, 10_000, 20_000, { complaints: ['it hurt'] }), fault(3, 18_000, 30_000)];
    expect(
      judge(
        both,
        probes(60, () => 15_000),
      ),
    ).toEqual([]);
    expect(both.map(({ alone }) => alone)).toEqual([false, false]);
  });

  it('wants commands answered at once where a fault is none of their business', () => {
    const answered = (tookMs: number, unknown = 0) => ({ operation: 'start', key: 'k', at: 15_000, tookMs, unknown });
    const judged = (row: number, intent: object) =>
      judge(
        [fault(row, 10_000, 20_000)],
        probes(60, () => 100),
        [intent],
      );
    expect(judged(3, answered(50))).toEqual([]);
    expect(judged(3, answered(6_000))).toHaveLength(1);
    expect(judged(4, answered(50, 1))).toHaveLength(1);
    expect(judged(2, answered(6_000, 3))).toEqual([]);
  });

  it('tells what a fault complained of', () => {
    const violations = judge(
      [fault(13, 10_000, 20_000, { complaints: ['it was not set aside'] })],
      probes(60, () => 9),
    );
    expect(violations).toEqual([expect.stringContaining('it was not set aside')]);
  });
});
