import { Orrery } from '@orrery/embedded';
import { type Json, type OrreryApi, OrreryClient, type RunEnd, type TaskContext, Worker } from '@orrery/sdk';
import { z } from 'zod';

// What the compiler must know of the library: a line that should be refused and is not, or a type that is another one, does
// not compile.

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const isTrue = <_Claim extends true>() => undefined;
/** Takes a value of exactly this type. */
const exactly =
  <Expected>() =>
  <Given>(_value: Given, ..._proof: Same<Given, Expected> extends true ? [] : [never]) =>
    undefined;

type Calls = Record<string, (...given: never[]) => unknown>;
/** Every call of one takes what that of the other takes, and answers the same. */
type SameCalls<One extends Calls, Other extends Calls> = {
  readonly [Name in keyof One & keyof Other]: Same<
    [Parameters<One[Name]>, ReturnType<One[Name]>],
    [Parameters<Other[Name]>, ReturnType<Other[Name]>]
  >;
}[keyof One & keyof Other];

type Whole<Part> = { [Name in keyof Part]: Part[Name] extends (...given: never[]) => unknown ? Part[Name] : never };

isTrue<SameCalls<Whole<Orrery['workflows']>, Whole<OrreryClient['workflows']>>>();
isTrue<SameCalls<Whole<Orrery['definitions']>, Whole<OrreryClient['definitions']>>>();
isTrue<SameCalls<Whole<Orrery['tasks']>, Pick<Whole<OrreryClient['tasks']>, 'list' | 'all'>>>();
isTrue<Same<keyof Orrery['workflows'], keyof OrreryClient['workflows']>>();
isTrue<Same<keyof Orrery['definitions'], keyof OrreryClient['definitions']>>();
isTrue<
  Same<
    Orrery['task'] extends (...given: infer Given) => unknown ? Given : 1,
    Worker['task'] extends (...given: infer Given) => unknown ? Given : 2
  >
>();

/** Never called: it is enough that it compiles. */
export const claims = {
  either: (orrery: Orrery, client: OrreryClient): readonly OrreryApi[] => [orrery, client],
  handlers: (orrery: Orrery) =>
    orrery
      .task('by.zod', z.object({ amount: z.coerce.number() }), ({ amount }, ctx) => {
        exactly<number>()(amount);
        exactly<TaskContext>()(ctx);
      })
      .task('by.hand', (input) => void exactly<Json>()(input)),
  run: async (orrery: Orrery) => {
    const run = orrery.run<{ total: number }>('order');
    exactly<RunEnd<{ total: number }>>()(await run);
    exactly<string>()((await run.started).position);
    // @ts-expect-error -- there is no such option
    await Orrery.open({ url: 'http://127.0.0.1:8000' });
  },
};
