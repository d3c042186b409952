import { describe, expect, it } from '@jest/globals';
import { EXAMPLES_LINE, type Greeting, exampleLine, greetingLines, greetingObject, nextLines } from './greeting.js';
import { EXAMPLES, type ExampleRun } from './run-examples.js';

const greeting: Greeting = { version: '1.2.3', url: 'http://host:1', pid: 7, dataDirectory: '/data', database: null };
const statuses = ['completed', 'compensated', 'completed'] as const;
const runs: ExampleRun[] = EXAMPLES.map((example, index) => ({
  ...example,
  id: `run-${index}`,
  status: statuses[index]!,
  tookMs: 1_234,
}));

describe('The greeting', () => {
  it('is fifteen lines at most, and says where everything is', () => {
    const lines = [
      ...greetingLines(greeting),
      EXAMPLES_LINE,
      ...runs.map(exampleLine),
      '',
      ...nextLines(greeting, runs),
    ];
    expect(lines).toHaveLength(15);
    expect(lines[0]).toBe('Orrery 1.2.3 is ready: API, engine and worker in one process.');
    expect(lines[4]).toContain('/data');
    expect(lines[8]).toBe('  compensated  order-fulfilment   1.2 s  card declined: what had been done is undone');
  });

  it('names the database, where it is not our own', () => {
    const lines = greetingLines({
      ...greeting,
      dataDirectory: null,
      database: 'PostgreSQL at host:5432/db (DATABASE_URL)',
    });
    expect(lines[4]).toBe('  Data    PostgreSQL at host:5432/db (DATABASE_URL)');
  });

  it('leads on to the run that was undone, or else to what there is to register', () => {
    expect(nextLines(greeting, runs)[2]).toBe('  curl http://host:1/api/v1/workflows/run-1/events');
    expect(nextLines(greeting, [])).toEqual([
      'Next:',
      '  curl http://host:1/api/v1/workflows',
      '  curl http://host:1/api/v1/definitions',
      "  curl http://host:1/api/v1/definitions -H 'content-type: application/yaml' --data-binary @examples/fan-out.yaml",
    ]);
  });

  it('says the same to programs', () => {
    expect(greetingObject(greeting, runs)).toMatchObject({
      version: '1.2.3',
      pid: 7,
      api: 'http://host:1/api/v1',
      dataDirectory: '/data',
      database: null,
      production: false,
      examples: [
        { definition: 'order-fulfilment', id: 'run-0', status: 'completed', tookMs: 1_234 },
        { id: 'run-1', status: 'compensated' },
        { definition: 'fan-out' },
      ],
      next: [expect.any(String), expect.any(String), expect.any(String)],
    });
  });
});
