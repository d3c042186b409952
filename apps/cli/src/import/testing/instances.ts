import { keysOf } from '@orrery/domain';
import fc from 'fast-check';

/** A task to be written down in any version of the format: what it comes after is told by positions. */
export interface SketchedTask {
  readonly id: string;
  readonly runtime: number;
  readonly after: readonly number[];
}

export type Version = '1.3' | '1.4' | '1.5' | '1.6';
/** Which end of an edge tells of it. */
export type ToldBy = 'parents' | 'children' | 'both';

interface Written {
  readonly id: string;
  readonly name: string;
  readonly parents: string[];
  readonly children: string[];
}

/** The tasks as an instance of a version. */
export function instanceOf(tasks: readonly SketchedTask[], version: Version = '1.5', toldBy: ToldBy = 'both'): object {
  const names = tasks.map(({ id }) => id);
  const written = tasks.map(({ id }): Written => ({ id, name: id, parents: [], children: [] }));
  for (const [position, { after }] of tasks.entries()) {
    for (const before of after) {
      if (toldBy !== 'children') written[position]!.parents.push(names[before]!);
      if (toldBy !== 'parents') written[before]!.children.push(names[position]!);
    }
  }
  const head = { name: 'sketch', schemaVersion: version, description: 'drawn for a spec' };
  if (version === '1.3' || version === '1.4') {
    const runtime = version === '1.3' ? 'runtime' : 'runtimeInSeconds';
    const whole = written.map((task, position) => ({
      ...task,
      id: `ID${position}`,
      type: 'compute',
      files: [],
      [runtime]: tasks[position]!.runtime,
    }));
    return { ...head, workflow: { makespan: 1, executedAt: '20200401T035043+0000', tasks: whole } };
  }
  const executed = tasks.map(({ id, runtime }) => ({ id, runtimeInSeconds: runtime, command: { program: 'x' } }));
  const execution = { makespanInSeconds: 1, executedAt: '20200401T035043+0000', tasks: executed.reverse() };
  return { ...head, workflow: { specification: { tasks: written, files: [] }, execution } };
}

/** A copy in which other values stand at these JSON pointers; `undefined` takes away what stands there. */
export function changedAt(instance: object, changes: { readonly [pointer: string]: unknown }): object {
  type Members = { [key: string]: unknown };
  const copy = structuredClone(instance) as Members;
  for (const [pointer, value] of Object.entries(changes)) {
    const keys = keysOf(pointer);
    const last = keys.pop()!;
    const parent = keys.reduce((here, key) => here[key] as Members, copy);
    parent[last] = value;
  }
  return copy;
}

/** Ids as the collection has them, and worse. */
const ids = fc.oneof(
  fc.nat().map((n) => `mProject_ID${String(n).padStart(7, '0')}`),
  fc.uuid().map((id) => `main.cwl#chromosome/run/individuals_#${id}`),
  fc.nat().map((n) => `NFCORE_SAREK:SAREK:${'GATK4_HAPLOTYPECALLER:'.repeat(8)}_HG00096__ID${n}`),
  fc.constantFrom('a:b', 'a/b', 'a_b', 'a_b-2', 'a#b', '9', '_9', '__proto__', 'constructor', '${ input }', 'ä', '🪐'),
  fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
);

/** Tasks in any order, of which none waits for itself, by whatever way. */
export const graphs: fc.Arbitrary<SketchedTask[]> = fc
  .uniqueArray(ids, { minLength: 1, maxLength: 25 })
  .chain((names) =>
    fc.tuple(
      fc.shuffledSubarray(names, { minLength: names.length }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }),
      fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: names.length, maxLength: names.length }),
    ),
  )
  .chain(([names, pairs, runtimes]) => {
    const order = names.map((_, position) => position);
    return fc.shuffledSubarray(order, { minLength: order.length }).map((rank) =>
      names.map((id, position): SketchedTask => {
        const mine = pairs
          .map(([from, to]) => [from % names.length, to % names.length] as const)
          .filter(([from, to]) => to === position && rank[from]! < rank[to]!);
        return { id, runtime: runtimes[position]!, after: [...new Set(mine.map(([from]) => from))] };
      }),
    );
  });
