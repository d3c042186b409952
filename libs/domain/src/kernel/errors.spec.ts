import { describe, expect, test } from '@jest/globals';
import {
  Conflict,
  Forbidden,
  Gone,
  Invalid,
  KeyReused,
  NotFound,
  OrreryError,
  Refused,
  TooLarge,
  Unavailable,
} from './errors.js';

describe('an error', () => {
  test.each([NotFound, Gone, Forbidden, Refused, Conflict, KeyReused])('says its kind by its class: %p', (Kind) => {
    const error = new Kind('task.why', 'because', { attempt: 2 });
    expect(error).toBeInstanceOf(OrreryError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: Kind.name, code: 'task.why', message: 'because', details: { attempt: 2 } });
    expect(new Kind('task.why', 'because').details).toEqual({});
  });

  test('of an input tells every fault at once', () => {
    const fault = { code: 'definition.bad-key', message: 'no', pointer: '/tasks', severity: 'error' } as const;
    expect(new Invalid('definition.invalid', 'it has faults', [fault])).toMatchObject({ faults: [fault], details: {} });
    expect(new Invalid('request.bad', 'it is wrong')).toMatchObject({ name: 'Invalid', faults: [] });
  });

  test('of size names the limit and its value', () => {
    const error = new TooLarge('input.too-large', 'it is too large', 'payloadBytes', 7);
    expect(error).toMatchObject({ name: 'TooLarge', details: { limit: 'payloadBytes', value: 7 } });
  });

  test('that will pass says when to come again', () => {
    expect(new Unavailable('log.unavailable', 'not now')).toMatchObject({ retryAfterMs: 1_000, details: {} });
    const later = new Unavailable('log.unavailable', 'not now', 50, { tries: 3 });
    expect(later).toMatchObject({ retryAfterMs: 50, details: { tries: 3 } });
  });
});
