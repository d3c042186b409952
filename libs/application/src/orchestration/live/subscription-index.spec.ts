import { describe, expect, it } from '@jest/globals';
import type { Namespace, StreamId } from '@orrery/domain';
import fc from 'fast-check';
import { type LiveFilter, type LiveSubject, wants } from './live-filter.js';
import { type Indexed, SubscriptionIndex } from './subscription-index.js';

// Few of everything, so that they meet; and names that are parts of each other, or of what every object has.
const namespace = fc.constantFrom('default', 'other') as fc.Arbitrary<Namespace>;
const run = fc.constantFrom('1', '2') as fc.Arbitrary<StreamId>;
const name = fc.constantFrom('a', 'a.b', 'all', 'constructor');
const value = fc.constantFrom('', 'x', 'a=x');
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const entry: fc.Arbitrary<Indexed> = fc.record({
  namespace,
  filter: fc.record({
    workflow: optional(run),
    definition: optional(name),
    labels: optional(fc.array(fc.record({ name, value: optional(value) }), { maxLength: 2 })),
  }),
});
const subject: fc.Arbitrary<LiveSubject> = fc.record({
  namespace,
  workflow: fc.option(run),
  definition: fc.option(name),
  labels: fc.dictionary(name, value, { maxKeys: 3 }),
});

function expectThose(index: SubscriptionIndex<Indexed>, entries: readonly Indexed[], about: LiveSubject): void {
  const wanted = entries.filter((each) => each.namespace === about.namespace && wants(each.filter, about));
  const found = index.wanting(about);
  expect(new Set(found)).toEqual(new Set(wanted));
  expect(found).toHaveLength(wanted.length);
  if (wanted.length > 0 && about.workflow !== null) expect(index.mayWant(about.namespace, about.workflow)).toBe(true);
}

describe('The index of subscriptions', () => {
  it('finds exactly those that want it, each once, whoever came and went', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), fc.nat({ max: 20 }), subject, (entries, gone, about) => {
        const index = new SubscriptionIndex<Indexed>();
        for (const each of entries) index.add(each);
        expectThose(index, entries, about);
        for (const each of entries.slice(0, gone)) index.delete(each);
        expectThose(index, entries.slice(gone), about);
        expect(index.size).toBe(entries.slice(gone).length);
      }),
    );
  });

  it('knows of a run that nobody can want anything of it', () => {
    const index = new SubscriptionIndex<Indexed>();
    const of = (filter: LiveFilter) => ({ namespace: 'default' as Namespace, filter });
    index.add(of({ workflow: '1' as StreamId }));
    expect(index.mayWant('default' as Namespace, '1' as StreamId)).toBe(true);
    expect(index.mayWant('default' as Namespace, '2' as StreamId)).toBe(false);
    expect(index.mayWant('other' as Namespace, '1' as StreamId)).toBe(false);
    index.add(of({ definition: 'any' }));
    expect(index.mayWant('default' as Namespace, '2' as StreamId)).toBe(true);
  });
});
