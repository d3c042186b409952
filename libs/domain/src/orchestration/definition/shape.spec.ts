import { expect, test } from '@jest/globals';
import { oneOf } from './shape.js';

test('What was meant is said however often something else was written', () => {
  const said = new Set<string>();
  const report = { add: (_code: string, _pointer: string, message: string) => said.add(message) };
  const jitter = oneOf('equal', 'full', 'none');
  for (let times = 0; times < 50_000; times++) jitter.check('eqaul', '/defaults/retry/jitter', report as never);
  expect([...said]).toEqual(['this must be "equal" or "full" or "none", and is "eqaul" (did you mean "equal"?)']);
});
