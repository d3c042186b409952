import { beforeAll } from '@jest/globals';
import { Program } from '../e2e/support/standalone.js';
import { bundle } from './support/bundle.js';
import { describeWorker } from './worker.contract.js';

let program: string;
beforeAll(async () => {
  program = await bundle('tests/workers/support/sdk-worker.mjs');
});

describeWorker(
  'The worker of the SDK, over a socket',
  (url) => new Program(process.execPath, [program, url, 'socket']),
);
describeWorker('The worker of the SDK, over requests', (url) => new Program(process.execPath, [program, url, 'poll']));
