import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { Circuits } from '../http-task/circuits.js';
import { watchCircuits } from './watch-circuits.js';

describe('Circuits that are watched', () => {
  it('warn once of an origin that is left alone, and count it and every call that was not made', async () => {
    const registry = new Registry();
    const warnings: string[] = [];
    const listener = watchCircuits((words) => warnings.push(words), registry);
    const circuits = new Circuits({ failuresMax: 2, now: () => 0 }, listener);
    for (let call = 0; call < 2; call += 1) circuits.begin('http://a.test')('failed');
    for (let call = 0; call < 3; call += 1) expect(() => circuits.begin('http://a.test')).toThrow('is not called for');
    expect(warnings).toEqual(['http://a.test is not called by http tasks for 60 s: its last 2 calls failed']);
    const counted = await registry.metrics();
    expect(counted).toContain('orrery_http_circuits_opened_total 1');
    expect(counted).toContain('orrery_http_circuit_refusals_total 3');
  });
});
