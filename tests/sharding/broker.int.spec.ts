import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { openTestBroker } from '@orrery/infrastructure/testing/rabbitmq';
import { openTaskEngine, quietWorker } from '../amqp/support/task-engine.js';
import { definition } from '../engine/support/runs.js';
import { shardOf, twoDatabases } from './support/two-databases.js';

const RUNS = 30;
const CHAIN = definition({ a: {}, b: { dependsOn: ['a'] } }, { output: '${ tasks.b.output }' });

describeBroker('A worker over RabbitMQ of two engines over two databases', (url) => {
  it('gets the tasks of both, no more at once than it has slots, and its results find their runs', async () => {
    const [databases, test] = [await twoDatabases(), await openTestBroker(url)];
    const engines = [
      await openTaskEngine(databases.shards, url, test.prefix),
      await openTaskEngine(databases.shards, url, test.prefix),
    ] as const;
    let [running, most] = [0, 0];
    const worker = quietWorker(url, test.prefix, { concurrency: 4 }).task('work', async () => {
      most = Math.max(most, ++running);
      await pause(5);
      running -= 1;
      return 'done';
    });
    void worker.start();
    const ids = await Promise.all(
      Array.from({ length: RUNS }, (_, run) => engines[run % 2 === 0 ? 0 : 1].start(CHAIN)),
    );
    for (const id of ids) expect(await engines[0].end(id)).toMatchObject({ status: 'completed', output: 'done' });
    expect(new Set(ids.map(shardOf)).size).toBe(2);
    expect(most).toBeLessThanOrEqual(4);
    await worker.stop();
    for (const engine of engines) {
      expect(engine.errors).toEqual([]);
      await engine.close();
    }
    await test.channel.deleteQueue(`${test.prefix}.tasks.default.work`);
    await test.close();
    await databases.drop();
  }, 60_000);
});
