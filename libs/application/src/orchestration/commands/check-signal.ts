import { Invalid, LIMITS, type SignalWorkflow, TooLarge, jsonSize } from '@orrery/domain';
import type { StreamKey } from '../../kernel/ports/log.js';
import type { EngineKernel } from '../engine-kernel.js';
import { type Run, planOf } from '../workflow-streams.js';

/** Refuses a signal whose payload is too large, or is not what every task that names it asks for. */
export async function checkSignal(
  { aggregates, workflows, inputSchemas }: EngineKernel,
  run: StreamKey,
  { data: { name, payload } }: SignalWorkflow,
): Promise<void> {
  const { payloadBytes } = LIMITS;
  if (jsonSize(payload, payloadBytes) > payloadBytes) {
    const message = `the payload is larger than ${payloadBytes} bytes (payloadBytes)`;
    throw new TooLarge('signal.too-large', message, 'payloadBytes', payloadBytes);
  }
  // What a run asks for stands in its plan, which nothing changes: memory will do, however old it is.
  const { signals } = planOf((await aggregates.current(run, workflows)) as unknown as Run);
  const faults = (signals.schemas.get(name) ?? []).flatMap((schema) => inputSchemas.check(schema, payload).faults);
  if (faults.length === 0) return;
  throw new Invalid('signal.invalid', `the payload does not match the schema of the signal "${name}"`, faults);
}
