import { spawnSync } from 'node:child_process';
import { describe, it } from '@jest/globals';
import { Program } from '../e2e/support/standalone.js';
import { describeWorker } from './worker.contract.js';

const PROGRAM = 'tests/workers/support/contract_worker.py';

if (spawnSync('python3', ['--version']).status === 0)
  describeWorker('The worker in Python', (url) => new Program('python3', [PROGRAM, url]));
else
  describe.skip('The worker in Python (needs python3: it is not installed)', () => it('keeps the contract', () => {}));
