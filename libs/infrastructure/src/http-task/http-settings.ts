import { duration, text, wholeNumber } from '../configuration/settings.js';
import { CIRCUIT } from './circuits.js';
import type { HttpTaskOptions } from './http-task.js';

/** The settings of every process that does http tasks. */
export const httpSettings = {
  ORRERY_HTTP_ALLOW: text.optional().describe('Private addresses that http tasks may call.'),
  ORRERY_HTTP_CIRCUIT_FAILURES: wholeNumber(0, 1_000_000, CIRCUIT.failuresMax).describe(
    'After how many failures in a row http tasks leave an origin alone; 0 is for never.',
  ),
  ORRERY_HTTP_CIRCUIT_PAUSE: duration
    .default(CIRCUIT.pauseMs)
    .describe('For how long they leave it alone, before one of them tries it again.'),
};

interface HttpConfig {
  readonly ORRERY_HTTP_ALLOW?: string | undefined;
  readonly ORRERY_HTTP_CIRCUIT_FAILURES: number;
  readonly ORRERY_HTTP_CIRCUIT_PAUSE: number;
}

/** What these settings say of http tasks. */
export function httpOptions(config: HttpConfig): HttpTaskOptions {
  const circuit = { failuresMax: config.ORRERY_HTTP_CIRCUIT_FAILURES, pauseMs: config.ORRERY_HTTP_CIRCUIT_PAUSE };
  return { allow: config.ORRERY_HTTP_ALLOW, circuit };
}
