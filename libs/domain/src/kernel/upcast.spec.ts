import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from './event.js';
import type { JsonObject } from './json.js';
import { type Upcasters, schemaOf, upcast } from './upcast.js';

/** A sum was paid: first in whole crowns, then in any currency, then with cents. */
interface Paid extends DomainEvent {
  readonly type: 'Paid';
  readonly v: 3;
  readonly cents: number;
  readonly currency: string;
}
interface Noted extends DomainEvent {
  readonly type: 'Noted';
  readonly v: 1;
  readonly text: string;
}

const upcasters: Upcasters<Paid | Noted> = {
  Paid: [
    ({ crowns, ...rest }) => ({ ...rest, amount: crowns!, currency: 'SEK' }),
    ({ amount, ...rest }) => ({ ...rest, cents: Number(amount) * 100 }),
  ],
  Noted: [],
};
const read = (event: object) => upcast(event as DomainEvent, upcasters);

describe('an event of an older schema', () => {
  it('is read as one of today, step by step', () => {
    const today = { type: 'Paid', v: 3, cents: 500, currency: 'SEK' };
    expect(read({ type: 'Paid', v: 1, crowns: 5 })).toEqual(today);
    expect(read({ type: 'Paid', v: 2, amount: 5, currency: 'SEK' })).toEqual(today);
  });

  it('is itself where it is of today', () => {
    for (const event of [
      { type: 'Paid', v: 3, cents: 1, currency: 'EUR' },
      { type: 'Noted', v: 1, text: 'x' },
    ]) {
      expect(read(event)).toBe(event);
    }
  });

  it('keeps its type, and what was stored is not changed', () => {
    const stored = Object.freeze({ type: 'Paid', v: 1, crowns: 5 });
    expect(read(stored)).toMatchObject({ type: 'Paid', v: 3 });
    expect(stored).toEqual({ type: 'Paid', v: 1, crowns: 5 });
  });
});

describe('an event that this code does not know', () => {
  it('is nothing: one of a newer schema, of another type, or of no schema', () => {
    const unknown = [
      { type: 'Paid', v: 4 },
      { type: 'Noted', v: 2 },
      { type: 'Refunded', v: 1 },
      { type: 'constructor', v: 1 },
      { type: 'Paid', v: 0 },
      { type: 'Paid' },
    ];
    expect(unknown.map(read)).toEqual(unknown.map(() => undefined));
  });

  it('has no schema here', () => {
    expect(['Paid', 'Noted', 'Refunded', 'constructor'].map((type) => schemaOf(type, upcasters))).toEqual([3, 1, 0, 0]);
  });
});

describe('a table of upcasters', () => {
  it('does not compile with a step too few or too many, or without a type of event', () => {
    const step = (old: JsonObject) => old;
    // @ts-expect-error -- an event at 3 was at 1 and at 2
    const tooFew: Upcasters<Paid> = { Paid: [step] };
    // @ts-expect-error -- an event at 1 was never anything else
    const tooMany: Upcasters<Noted> = { Noted: [step] };
    // @ts-expect-error -- a new event stands here before it is written
    const missing: Upcasters<Paid | Noted> = { Paid: [step, step] };
    expect([tooFew, tooMany, missing]).toHaveLength(3);
  });
});
