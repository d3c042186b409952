import {
  type FromJsonSchema,
  type Json,
  type OrreryApi,
  type OrreryClient,
  type Reference,
  type TaskContext,
  type TaskHandlers,
  type WorkflowResult,
  cel,
  defineWorkflow,
  worker,
} from '@orrery/sdk';
import { simulate } from '@orrery/sdk/testing';
import { z } from 'zod';

// What the compiler must know of the SDK: a line that should be refused and is not, or a type that is another one, does not
// compile.

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const isTrue = <_Claim extends true>() => undefined;
/** Takes a value of exactly this type. */
const exactly =
  <Expected>() =>
  <Given>(_value: Given, ..._proof: Same<Given, Expected> extends true ? [] : [never]) =>
    undefined;

const LINE = {
  type: 'object',
  required: ['sku', 'kind'],
  properties: {
    sku: { type: 'string' },
    count: { type: 'integer', default: 1 },
    note: { type: ['string', 'null'] },
    kind: { enum: ['book', 'toy'] },
    tags: { type: 'array', items: { type: 'string' } },
    free: { type: 'object' },
  },
} as const;

isTrue<Same<FromJsonSchema<typeof LINE>['sku'], string>>();
isTrue<Same<FromJsonSchema<typeof LINE>['count'], number>>();
isTrue<Same<FromJsonSchema<typeof LINE>['note'], string | null | undefined>>();
isTrue<Same<FromJsonSchema<typeof LINE>['kind'], 'book' | 'toy'>>();
isTrue<Same<FromJsonSchema<typeof LINE>['tags'], readonly string[] | undefined>>();
isTrue<Same<FromJsonSchema<{ type: 'array' }>, readonly Json[]>>();
isTrue<Same<FromJsonSchema<{ title: 'anything' }>, Json>>();

/** Never called: it is enough that it compiles. */
export const claims = {
  worker: () => {
    const w = worker();
    w.task('by.zod', z.object({ amount: z.coerce.number() }), ({ amount }, ctx) => {
      exactly<number>()(amount);
      exactly<TaskContext>()(ctx);
      exactly<AbortSignal>()(ctx.signal);
      exactly<Date | null>()(ctx.deadline);
      // @ts-expect-error -- nobody may end its own attempt this way
      ctx.abort();
    });
    w.task('by.json', LINE, (line) => {
      exactly<'book' | 'toy'>()(line.kind);
      // @ts-expect-error -- the schema has no such field
      void line.price;
    });
    w.task('by.hand', (input) => void exactly<Json>()(input), {
      compensate: { schema: z.object({ id: z.string() }), handler: ({ id }) => void exactly<string>()(id) },
    });
    // @ts-expect-error -- a schema without a handler does nothing
    w.task('half', LINE);
    // @ts-expect-error -- there is no such transport
    worker({ transport: 'pigeon' });
  },
  client: async (orrery: OrreryClient) => {
    const result = await orrery.workflows.waitForResult<{ total: number }>('id');
    exactly<WorkflowResult<{ total: number }>>()(result);
    const { counts } = await orrery.workflows.list({ status: ['running', 'failed'] });
    exactly<number>()(counts.compensated);
    // @ts-expect-error -- there is no such status
    await orrery.workflows.list({ status: 'walking' });
    // @ts-expect-error -- there is no such command
    await orrery.workflows.dryRun('id', 'vanish');
    const { output } = await orrery.session().run<string>('name');
    exactly<string>()(output);
  },
  definition: () =>
    defineWorkflow({ name: 'typed', input: LINE }, (w) => {
      exactly<Reference<string>>()(w.input.sku);
      // @ts-expect-error -- the input has no such field
      void w.input.price;
      const a = w.task<{ id: string }>('a', { type: 'x.a', timeout: '1h30m' });
      // @ts-expect-error -- the output has no such field
      void a.output.total;
      // @ts-expect-error -- a task is named by itself, not by a text that may be wrong
      w.noop('b', { dependsOn: ['a'] });
      // @ts-expect-error -- that is no duration
      w.task('c', { type: 'x.c', timeout: '5 minutes' });
      // @ts-expect-error -- the engine's own types make no attempts
      w.sleep('d', { duration: '1s' }, { retry: { maxAttempts: 2 } });
      // @ts-expect-error -- a compensation says what undoes the task, or why nothing does
      w.task('e', { type: 'x.e', compensate: 'none' });
      // @ts-expect-error -- a condition is an expression
      w.task('f', { type: 'x.f', when: 'input.sku' });
      w.forEach('g', w.input.tags, (tag, index) => {
        exactly<Reference<string>>()(tag);
        return { type: 'x.g', when: cel`${index} > 0`, input: tag };
      });
      const signal = w.wait('h', { signal: 'go', schema: { type: 'object', properties: { by: { type: 'string' } } } });
      return { by: signal.output.by, id: a.output.id };
    }),
  testing: async (client: OrreryClient) => {
    const programs = (to: TaskHandlers, api: OrreryApi) => [to, api] as const;
    programs(worker(), client);
    const { faults, trace } = await simulate({ seeds: 10, faults: { crashes: false } }, async (orrery) => {
      // What a worker does and what asks a client are tested as they are.
      programs(orrery, orrery);
      const bank = orrery.outside({ name: 'bank', charge: (amount: number) => `${amount}` });
      exactly<string>()(bank.name);
      exactly<Promise<string>>()(bank.charge(7));
      const { output } = await orrery.run<{ total: number }>('typed');
      exactly<{ total: number }>()(output);
      exactly<number>()(await orrery.real(() => 7));
      // @ts-expect-error -- it takes no text
      void bank.charge('7');
    });
    exactly<number | undefined>()(faults.crashes);
    exactly<string>()(trace.toText({ last: 10 }));
    // @ts-expect-error -- there is no such fault
    await simulate({ faults: { crash: true } }, () => undefined);
    // @ts-expect-error -- there is no such option
    await simulate({ sead: 7 }, () => undefined);
  },
};
