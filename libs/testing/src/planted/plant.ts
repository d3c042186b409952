import { Plans, deciderOf } from '@orrery/application';
import { type Plan, type WorkflowDecider, workflowDecider } from '@orrery/domain';

/** Does some work with a fault in the product, and mends it again. */
export type Plant = <T>(work: () => Promise<T>) => Promise<T>;

/** A fault that somebody might have made, and that the simulation has to find. */
export interface PlantedFault {
  readonly name: string;
  /** What does not hold any more. */
  readonly breaks: string;
  /** The invariants that may tell of it, by their ids: one of them has to. */
  readonly tellers: readonly string[];
  readonly plant: Plant;
}

/** A call of a method that has a fault: whose, with what, and what it would do without the fault. */
export interface Call<Self = unknown, Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly self: Self;
  readonly args: Args;
  /** With what it was called, if nothing else is said. */
  readonly sound: (...args: Args | []) => Result;
}

type Method = (this: unknown, ...args: readonly unknown[]) => unknown;

/** A fault in a method of a class, given by its prototype, or in a row of a table of rules. */
export function inMethod<Self, Args extends readonly unknown[], Result>(
  owner: object,
  name: string,
  faulty: (call: Call<Self, Args, Result>) => Result,
): Plant {
  return async (work) => {
    const method = Reflect.get(owner, name) as Method;
    const replaced: Method = function (...args) {
      const sound = (...others: readonly unknown[]) => Reflect.apply(method, this, others.length > 0 ? others : args);
      return faulty({ self: this, args, sound } as unknown as Call<Self, Args, Result>);
    };
    Reflect.set(owner, name, replaced);
    try {
      return await work();
    } finally {
      Reflect.set(owner, name, method);
    }
  };
}

/** Tables of the rules of runs. */
type Tables = Pick<WorkflowDecider, 'decide' | 'evolve' | 'follow'>;

/** Some rows of those tables. */
export type Rows = { readonly [T in keyof Tables]?: Partial<Tables[T]> };

/** A fault in the rules of runs: the rows that are other than the sound ones, for the plan that a run goes by. */
export function inRules(faulty: (sound: Tables, plan: Plan) => Rows): Plant {
  return inMethod(Plans.prototype, 'keep', ({ args, sound }: Call<Plans, Parameters<Plans['keep']>>) => {
    const [, , plan] = args;
    const rules = workflowDecider(plan);
    const { decide, evolve, follow } = faulty(rules, plan);
    const decider = deciderOf(plan);
    Object.assign(decider.decide, rules.decide, decide);
    Object.assign(decider.evolve, rules.evolve, evolve);
    Object.assign(decider.follow, rules.follow, follow);
    sound();
  });
}

/** A fault in how runs go by their plan: they go by another one. */
export function inPlan(altered: (plan: Plan) => Plan): Plant {
  return inRules((_, plan) => workflowDecider(altered(plan)));
}
