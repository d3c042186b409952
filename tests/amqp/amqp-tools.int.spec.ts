import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, SubmitDefinition } from '@orrery/application';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { type TestBroker, openTestBroker } from '@orrery/infrastructure/testing/rabbitmq';
import { definition } from '../engine/support/runs.js';
import { type TaskEngine, openTaskEngine } from './support/task-engine.js';

const hasTools = ['amqp-consume', 'python3'].every((tool) => spawnSync('which', [tool]).status === 0);
const COUNT = { type: 'text.count', retry: { maxAttempts: 1 } };
const TEXTS = ['one', 'one two', ' one  two\nthree '];
const counts = definition(Object.fromEntries(TEXTS.map((text, n) => [`t${n}`, { ...COUNT, input: { text } }])), {
  name: 'counts',
  output: TEXTS.map((_, n) => `\${ tasks.t${n}.output.words }`),
});

(hasTools ? describe : describe.skip)('Services that use nothing of ours (needs amqp-tools and python3)', () => {
  describeBroker('over RabbitMQ', (url) => {
    let database: TestDatabase;
    let broker: TestBroker;
    let engine: TaskEngine;
    let worker: ChildProcess;
    const run = (program: string, args: readonly string[] = []) => {
      const { prefix, names } = broker;
      const env = { ...process.env, RABBITMQ_URL: url, RABBITMQ_PREFIX: prefix, ORRERY_COMMANDS: names.commands };
      return spawn(`examples/services/${program}`, args, { env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    };
    beforeAll(async () => {
      [database, broker] = await Promise.all([testDatabase(), openTestBroker(url)]);
      engine = await openTaskEngine(database.url, url, broker.prefix);
      worker = run('count_words.py');
    });
    afterAll(async () => {
      const ended = once(worker, 'close');
      // The worker and what it runs are a group.
      process.kill(-worker.pid!, 'SIGTERM');
      await Promise.all([ended, engine.close()]);
      await broker.channel.deleteQueue(`${broker.prefix}.tasks.default.text.count`);
      await Promise.all([broker.close(), database.drop()]);
    });

    it('start a run, get the answer, and do its tasks', async () => {
      const text = { text: JSON.stringify(counts), format: 'json' } as const;
      await engine.handlers.submitDefinition.execute(new SubmitDefinition(ANONYMOUS, text));
      const shell = run('start-workflow.sh', ['counts']);
      let printed = '';
      shell.stdout.on('data', (data) => (printed += String(data)));
      await once(shell, 'close');
      const { id } = JSON.parse(printed) as { id: Parameters<TaskEngine['end']>[0] };
      expect(await engine.end(id)).toMatchObject({ status: 'completed', output: [1, 2, 3] });
    }, 60_000);

    it('say what they cannot do', async () => {
      const id = await engine.start(definition({ a: { ...COUNT, input: { text: 5 } } }));
      expect(await engine.end(id)).toMatchObject({ status: 'failed', error: { code: 'text.missing' } });
      expect(engine.errors).toEqual([]);
    }, 60_000);
  });
});
