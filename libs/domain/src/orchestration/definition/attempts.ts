import { formatDuration, parseDuration } from '../../kernel/duration.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import { DEFAULT_RETRY, NO_RETRY, type RetryPolicy } from '../task/retry-policy.js';
import type { AttemptsDocument, DurationText, RetryDocument } from './definition.js';
import type { Report } from './faults.js';
import type { Timeouts } from './plan.js';
import { isObject } from './shape.js';
import { BUILT_IN_TYPES, ENGINE_TYPES } from './task-types.js';

/** How the attempts of one task are made, with everything filled in. */
export interface Attempts {
  readonly retry: RetryPolicy;
  readonly timeouts: Timeouts;
  readonly priority: number;
}

const DEFAULT_RUN_MS = 300_000;
const DEFAULT_PRIORITY = 1;
const NO_TIMEOUTS: Timeouts = { queueMs: null, runMs: null, heartbeatMs: null };

/** Where nothing is said. */
export const DEFAULT_ATTEMPTS: Attempts = {
  retry: DEFAULT_RETRY,
  timeouts: { ...NO_TIMEOUTS, runMs: DEFAULT_RUN_MS },
  priority: DEFAULT_PRIORITY,
};

/** Of what the engine performs itself: once, and for as long as it takes. */
const IN_ENGINE: Attempts = { retry: NO_RETRY, timeouts: NO_TIMEOUTS, priority: DEFAULT_PRIORITY };

/** What is said here, and for the rest what holds otherwise. The engine's own types are exempt from defaults. */
export function attemptsOf(said: AttemptsDocument, type: string, otherwise: Attempts): Attempts {
  if (!ENGINE_TYPES.includes(type)) return withDefaults(said, otherwise);
  const { retry, timeouts, priority } = withDefaults(pick(said, BUILT_IN_TYPES.get(type)!.heeds), IN_ENGINE);
  return { retry, timeouts: { ...NO_TIMEOUTS, runMs: timeouts.runMs }, priority };
}

function pick(said: AttemptsDocument, words: readonly (keyof AttemptsDocument)[]): AttemptsDocument {
  return Object.fromEntries(words.map((word) => [word, said[word]]));
}

export function withDefaults(said: AttemptsDocument, otherwise: Attempts): Attempts {
  const { queue, run = said.timeout, heartbeat } = said.timeouts ?? {};
  return {
    retry: retryOf(said.retry ?? {}, otherwise.retry),
    timeouts: {
      queueMs: ms(queue) ?? otherwise.timeouts.queueMs,
      runMs: ms(run) ?? otherwise.timeouts.runMs,
      heartbeatMs: ms(heartbeat) ?? otherwise.timeouts.heartbeatMs,
    },
    priority: said.priority ?? otherwise.priority,
  };
}

function retryOf({ maxAttempts, backoff = {}, nonRetryable }: RetryDocument, otherwise: RetryPolicy): RetryPolicy {
  return {
    maxAttempts: maxAttempts ?? otherwise.maxAttempts,
    backoff: {
      initialMs: ms(backoff.initial) ?? otherwise.backoff.initialMs,
      multiplier: backoff.multiplier ?? otherwise.backoff.multiplier,
      maxMs: ms(backoff.max) ?? otherwise.backoff.maxMs,
      jitter: backoff.jitter ?? otherwise.backoff.jitter,
    },
    nonRetryable: nonRetryable ?? otherwise.nonRetryable,
  };
}

function ms(text: DurationText | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

type Waits = Pick<RetryPolicy['backoff'], 'initialMs' | 'maxMs'>;

/** Says what contradicts itself in defaults, a task or a compensation, whatever else is wrong there; gives its waits. */
export function checkAttempts(
  said: JsonObject,
  pointer: string,
  report: Report,
  otherwise: Waits = DEFAULT_RETRY.backoff,
): Waits {
  const { timeout, timeouts, retry } = said;
  if (timeout !== undefined && isObject(timeouts) && timeouts['run'] !== undefined) {
    const message = '"timeout" and "timeouts.run" are the same: say only one of them';
    report.add('definition.contradiction', `${pointer}/timeout`, message);
  }
  const backoff = isObject(retry) ? retry['backoff'] : undefined;
  if (!isObject(backoff)) return otherwise;
  const initialMs = lengthOf(backoff['initial']) ?? otherwise.initialMs;
  const maxMs = lengthOf(backoff['max']) ?? otherwise.maxMs;
  if (initialMs > maxMs) {
    const lengths = `(${formatDuration(initialMs)}) is longer than any may be (${formatDuration(maxMs)})`;
    report.add(
      'definition.contradiction',
      `${pointer}/retry/backoff`,
      `the first wait ${lengths}: see initial and max`,
    );
  }
  return { initialMs, maxMs };
}

function lengthOf(value: Json | undefined): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined;
}
