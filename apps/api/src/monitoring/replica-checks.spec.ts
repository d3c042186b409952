import { expect, it } from '@jest/globals';
import { replicaChecks } from './replica-checks.js';

it('names each replica and its lag; one that is not read from is no more than degraded', () => {
  const states = new Map([
    ['one:5432', { isUsed: true, lagMs: 120 }],
    ['two:5432', { isUsed: false, lagMs: 61_000, reason: 'it is too far behind' }],
    ['three:5432', { isUsed: false, lagMs: null, reason: 'it cannot be reached' }],
  ]);
  const checks = replicaChecks(() => states);
  expect(checks.map(({ name }) => name)).toEqual(['replica one:5432', 'replica two:5432', 'replica three:5432']);
  expect(checks.map((check) => check.look())).toEqual([
    { status: 'ok', lag_seconds: 0.12 },
    { status: 'degraded', reason: 'it is too far behind; it is not read from', lag_seconds: 61 },
    { status: 'degraded', reason: 'it cannot be reached; it is not read from' },
  ]);
});
