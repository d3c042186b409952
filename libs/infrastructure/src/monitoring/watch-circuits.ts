import { Counter, type Registry } from 'prom-client';
import type { CircuitListener } from '../http-task/circuits.js';

/** Warns of origins that http tasks leave alone, and counts them, and the calls that were not made. */
export function watchCircuits(onWarning: (words: string) => void, registry?: Registry): CircuitListener {
  const counters = registry && countersIn(registry);
  return {
    opened(origin, failures, pauseMs) {
      counters?.opened.inc();
      onWarning(`${origin} is not called by http tasks for ${pauseMs / 1_000} s: its last ${failures} calls failed`);
    },
    refused: () => counters?.refused.inc(),
  };
}

function countersIn(registry: Registry) {
  const registers = [registry];
  const opened = new Counter({
    name: 'orrery_http_circuits_opened_total',
    help: 'How often http tasks left an origin alone, after its calls had failed.',
    registers,
  });
  const refused = new Counter({
    name: 'orrery_http_circuit_refusals_total',
    help: 'Calls of http tasks that were not made, since their origin was left alone.',
    registers,
  });
  return { opened, refused };
}
