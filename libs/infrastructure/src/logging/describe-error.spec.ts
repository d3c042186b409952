import { describe, expect, it } from '@jest/globals';
import { describeError } from './describe-error.js';

describe('What the log keeps of an error', () => {
  it('is its name, message, code, stack and causes', () => {
    const cause = Object.assign(new TypeError('inside'), { code: 'E1' });
    const described = describeError(new Error('outside', { cause }));
    expect(described).toMatchObject({ name: 'Error', message: 'outside', cause: { name: 'TypeError', code: 'E1' } });
    expect(described.stack).toContain('describe-error.spec');
  });

  it('is nothing that libraries add, and no password', () => {
    const error = Object.assign(new Error('postgres://me:secret@host/db is down'), { row: { card: '4111' } });
    expect(JSON.stringify(describeError(error))).not.toMatch(/secret|4111/);
  });

  it('is little of what is no error', () => {
    expect(describeError('secret')).toEqual({ name: 'string', message: 'something was thrown that is no error' });
  });

  it('ends, however long the chain of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000);
  });
});
