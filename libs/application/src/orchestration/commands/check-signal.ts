import { Invalid, LIMITS, type OrreryError, type SignalWorkflow, TooLarge, jsonSize } from '@orrery/domain';
import type { Client, Envelope } from '../../kernel/envelope.js';
import { tryCommand } from '../../kernel/try-command.js';
import type { EngineKernel } from '../engine-kernel.js';
import { type Run, planOf } from '../workflow-streams.js';

/**
 * Refuses a signal whose payload is too large, or is not what every task that names it asks for. What the state of the
 * run has against it is told first: of a run that has ended nobody needs to know what it would have taken.
 */
export async function checkSignal(
  kernel: EngineKernel,
  envelope: Envelope<SignalWorkflow> & { readonly client: Client },
): Promise<void> {
  const refusal = await refusalOf(kernel, envelope);
  if (!refusal) return;
  await tryCommand(kernel, envelope);
  throw refusal;
}

async function refusalOf(
  { aggregates, workflows, inputSchemas }: EngineKernel,
  { namespace, stream, command }: Envelope<SignalWorkflow>,
): Promise<OrreryError | undefined> {
  const { name, payload } = command.data;
  const { payloadBytes } = LIMITS;
  if (jsonSize(payload, payloadBytes) > payloadBytes) {
    const message = `the payload is larger than ${payloadBytes} bytes (payloadBytes)`;
    return new TooLarge('signal.too-large', message, 'payloadBytes', payloadBytes);
  }
  // What a run asks for stands in its plan, which nothing changes: memory will do, however old it is.
  const { signals } = planOf((await aggregates.current({ namespace, stream }, workflows)) as unknown as Run);
  const faults = (signals.schemas.get(name) ?? []).flatMap((schema) => inputSchemas.check(schema, payload).faults);
  if (faults.length === 0) return undefined;
  return new Invalid('signal.invalid', `the payload does not match the schema of the signal "${name}"`, faults);
}
