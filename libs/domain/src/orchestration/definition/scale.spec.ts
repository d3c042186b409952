import { describe, expect, test } from '@jest/globals';
import { compileDefinition } from './compile-definition.js';
import { documentOf, faultsOf, planOf } from './definition.harness.js';
import { LIMITS } from './limits.js';

type Tasks = { [key: string]: { type: string; dependsOn?: string[]; input?: string } };

function tasks(count: number, more: (index: number) => object = () => ({})): Tasks {
  const entries = Array.from({ length: count }, (_, index) => [`t${index}`, { type: 'noop', ...more(index) }]);
  return Object.fromEntries(entries) as Tasks;
}
const after = (index: number) => (index === 0 ? {} : { dependsOn: [`t${index - 1}`] });

// Each takes a quarter of a second; a quadratic step would take minutes, and a recursive one overflow.
describe(`a definition of ${LIMITS.tasksPerRun} tasks`, () => {
  const count = LIMITS.tasksPerRun;

  test('compiles as they are', () => {
    expect(planOf(tasks(count)).taskCount).toBe(count);
  });

  test('compiles as a chain', () => {
    expect(planOf(tasks(count, after)).tasks.at(-1)!.dependsOn).toEqual([count - 2]);
  });

  test('compiles with three dependencies each and an input, as long as keys are not', () => {
    const braided = tasks(count, (index) => ({
      dependsOn: [1, 7, 31].filter((back) => back <= index).map((back) => `t${index - back}`),
      input: { sample: `sample ${index}`, threads: 4, before: index > 0 ? `\${ tasks.t${index - 1}.output }` : null },
    }));
    expect(planOf(braided).taskCount).toBe(count);
  });

  test('compiles as a fan-in', () => {
    const fan = tasks(count - 1);
    const plan = planOf({ ...fan, join: { type: 'noop', dependsOn: Object.keys(fan) } });
    expect(plan.tasks.at(-1)!.dependsOn).toHaveLength(count - 1);
  });

  test('finds the cycle that they all are', () => {
    const ring = tasks(count, (index) => ({ dependsOn: [`t${(index + count - 1) % count}`] }));
    const { faults } = compileDefinition(documentOf(ring));
    expect(faults.map(({ message }) => message)).toEqual([expect.stringContaining('19989 more')]);
  });

  test('is the largest there is', () => {
    expect(faultsOf(tasks(count + 1))).toEqual(['definition.limit-exceeded /tasks']);
  });
});

describe('a large definition', () => {
  const count = 9_000;

  test('whose tasks read others far upstream compiles', () => {
    const reading = tasks(count, (index) => ({
      ...after(index),
      ...(index > 1 ? { input: `\${ tasks.t${index >> 1}.output }` } : {}),
    }));
    expect(planOf(reading).taskCount).toBe(count);
  });

  test('whose tasks read others that are not upstream is told so, each', () => {
    const { faults } = compileDefinition(
      documentOf(tasks(count, (index) => ({ input: `\${ tasks.t${(index + 1) % count}.output }` }))),
    );
    expect(faults.at(-1)!.message).toBe(`there are ${count - LIMITS.definitionFaults} more faults`);
  });

  test('with a wrong name in every task is answered as soon', () => {
    const wrong = tasks(count, (index) => ({
      dependsOn: [`u${index}`],
      input: `\${ tasks.v${index}.output }`,
      inptu: 1,
    }));
    expect(compileDefinition(documentOf(wrong)).faults).toHaveLength(LIMITS.definitionFaults + 1);
  });
});
