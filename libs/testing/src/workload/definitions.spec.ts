import { describe, expect, it } from '@jest/globals';
import { compileDefinition } from '@orrery/domain';
import { Random } from '../kernel/random.js';
import { partsOf } from '../model/part.js';
import type { WrittenDefinition } from '../model/written.js';
import { randomDefinitions } from './definitions.js';

const definitions = Array.from({ length: 150 }, (_, seed) => randomDefinitions(new Random(seed), 4)).flat();

describe('random definitions', () => {
  it('are definitions', () => {
    const wrong = definitions.flatMap((definition) => {
      const compiled = compileDefinition(definition);
      return 'plan' in compiled ? [] : compiled.faults;
    });
    expect(wrong).toEqual([]);
  });

  it('are of every kind', () => {
    const kinds = new Set(definitions.map(({ name }) => String(name).split('-')[0]));
    expect([...kinds].sort()).toEqual(['brief', 'child', 'flow', 'hot', 'real']);
  });

  it('have the same numbers for the model as for the engine', () => {
    for (const definition of definitions) {
      const compiled = compileDefinition(definition) as Extract<ReturnType<typeof compileDefinition>, { plan: object }>;
      const parts = partsOf(definition as unknown as WrittenDefinition);
      const said = parts.map(({ number, key, undoes, after }) => ({ number, key, undoes, after: [...after].sort() }));
      const planned = compiled.plan.tasks.map(({ ordinal, key, compensates, dependsOn }) => ({
        number: ordinal,
        key,
        undoes: compensates ?? undefined,
        after: [...dependsOn].sort(),
      }));
      expect(said).toEqual(planned);
    }
  });
});
