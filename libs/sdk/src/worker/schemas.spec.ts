import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { LeasedTask } from '../client/task-answers.js';
import { Handlers, compensationOf, reading } from './handlers.js';
import type { TaskContext } from './task-context.js';

const context = {} as TaskContext;
const leased = (more: Partial<LeasedTask>) => ({ type: 'pay', compensation: false, ...more }) as LeasedTask;

describe('An input that is read by a schema', () => {
  it('of Zod, is what the schema makes of it', async () => {
    const schema = z.object({ amount: z.coerce.number(), currency: z.string().default('EUR') });
    const handler = reading(schema, (input) => input);
    expect(await handler({ amount: '3' }, context)).toEqual({ amount: 3, currency: 'EUR' });
    await expect(handler({ amount: [1, 2] }, context)).rejects.toMatchObject({
      code: 'input.invalid',
      retryable: false,
      message: expect.stringMatching(/^the input does not match its schema: \/amount /),
      details: [{ pointer: '/amount', message: expect.any(String) }],
    });
  });

  it('of JSON Schema, has its defaults, and the task keeps what it was given', async () => {
    const schema = {
      type: 'object',
      required: ['to'],
      properties: { to: { type: 'string', format: 'email' }, copies: { type: 'integer', default: 1 } },
    } as const;
    const handler = reading(schema, (input) => input);
    const input = { to: 'a@b.example' };
    expect(await handler(input, context)).toEqual({ to: 'a@b.example', copies: 1 });
    expect(input).toEqual({ to: 'a@b.example' });
    await expect(handler({ to: 'nobody', copies: 'x' }, context)).rejects.toMatchObject({
      details: [{ pointer: '/to' }, { pointer: '/copies' }],
    });
    await expect(handler(7, context)).rejects.toThrow('it must be object');
  });

  it('of anything that keeps the Standard Schema, may take its time', async () => {
    const standard = { version: 1, vendor: 'spec', validate: async (value: unknown) => ({ value: [value] }) } as const;
    expect(await reading({ '~standard': standard }, (input) => input)('a', context)).toEqual(['a']);
    const validate = () => ({ issues: [{ message: 'is wrong', path: [{ key: 'a' }, 0] }] });
    const strict = reading({ '~standard': { ...standard, validate } }, () => undefined);
    await expect(strict('a', context)).rejects.toThrow('/a/0 is wrong');
  });

  it('is refused at once where the schema is none', () => {
    expect(() => reading({ type: 'nonsense' }, () => undefined)).toThrow('schema is invalid');
  });
});

describe('The handlers of a worker', () => {
  const [pay, refund] = [() => 'paid', () => 'refunded'];

  it('do what is to be done, and undo what is to be undone', () => {
    const handlers = new Handlers();
    handlers.add('pay', pay, compensationOf(refund));
    handlers.add('mail', pay, undefined);
    expect(handlers.types).toEqual(['pay', 'mail']);
    expect(handlers.of(leased({}))).toBe(pay);
    expect(handlers.of(leased({ compensation: true }))).toBe(refund);
    expect(handlers.of(leased({ type: 'mail', compensation: true }))).toBe(pay);
  });

  it('are one a type', () => {
    const handlers = new Handlers();
    handlers.add('pay', pay, undefined);
    expect(() => handlers.add('pay', pay, undefined)).toThrow('there is a handler for pay already');
  });

  it('may read what is undone by a schema of its own', async () => {
    const undo = compensationOf({ schema: z.object({ id: z.string() }), handler: ({ id }) => id });
    expect(await undo({ id: 'b-1' }, context)).toBe('b-1');
  });
});
