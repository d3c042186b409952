import { expect, it } from '@jest/globals';
import { Unavailable } from '@orrery/domain';
import { createLogger } from './create-logger.js';
import { logErrors } from './log-errors.js';

it('What failed is logged for what it is', () => {
  const lines: { level: string; time: string; name: string; error: { message: string } }[] = [];
  const logger = createLogger('test', 'warn', { write: (line: string) => void lines.push(JSON.parse(line)) });
  const log = logErrors(logger);
  log(new Unavailable('database.away', 'the database is stopping'));
  log(new TypeError('undefined is not a function'));
  expect(lines).toMatchObject([
    { level: 'warn', name: 'test', error: { message: 'the database is stopping' } },
    { level: 'error', name: 'test', error: { message: 'undefined is not a function' } },
  ]);
  expect(lines[0]!.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});
