import { describe, expect, test } from '@jest/globals';
import { type WorkflowId, parseStreamId, parseTaskId, taskId } from './ids.js';

const ID = '0190d5a8-7b1c-7000-8000-00000000000a' as WorkflowId;

describe('parseStreamId', () => {
  test('reads a UUID, in lower case whatever it was written in', () => {
    expect(parseStreamId(ID)).toBe(ID);
    expect(parseStreamId(ID.toUpperCase())).toBe(ID);
  });

  test.each(['', 'order-1', ID.slice(1), `${ID}0`, `{${ID}}`, ID.replaceAll('-', ''), ID.replace('a', 'g'), `${ID}\n`])(
    'does not read %j',
    (text) => expect(parseStreamId(text)).toBeUndefined(),
  );
});

describe('the id of a task', () => {
  test('names its run and its ordinal', () => {
    expect(taskId(ID, 12)).toBe(`${ID}~12`);
    expect(parseTaskId(taskId(ID, 12))).toEqual({ workflow: ID, ordinal: 12 });
    expect(parseTaskId(`${ID.toUpperCase()}~0`)).toEqual({ workflow: ID, ordinal: 0 });
  });

  test.each([
    '',
    '~',
    ID,
    `${ID}~`,
    `${ID}~01`,
    `${ID}~-1`,
    `${ID}~1.5`,
    `${ID}~1e3`,
    `${ID}~1~2`,
    `~1`,
    `x~1`,
    `${ID}~12345678901`,
  ])('is not %j', (text) => expect(parseTaskId(text)).toBeUndefined());
});
