import { afterAll, beforeAll } from '@jest/globals';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { openTestBroker } from '@orrery/infrastructure/testing/rabbitmq';
import { Program } from '../e2e/support/standalone.js';
import { bundle } from './support/bundle.js';
import { describeWorker } from './worker.contract.js';

describeBroker('With a broker', (url) => {
  const prefix = `orrery-contract-${process.pid}`;
  let program: string;
  beforeAll(async () => {
    program = await bundle('tests/workers/support/sdk-worker.mjs');
  });
  afterAll(async () => {
    const { close } = await openTestBroker(url, prefix);
    await close();
  });

  describeWorker('The worker of the SDK, over RabbitMQ', () => new Program(process.execPath, [program, url, prefix]), {
    RABBITMQ_URL: url,
    RABBITMQ_PREFIX: prefix,
  });
});
