import type { Context, DefinitionDetails, DefinitionText } from '@orrery/application';
import * as the from '@orrery/contract/schemas';
import { LIMITS, TooLarge } from '@orrery/domain';
import { z } from 'zod';
import { type WriteArgs, given, read } from './arguments.js';
import { globalId } from './global-ids.js';

/** A definition as its type has it. */
export function definitionNode(details: DefinitionDetails) {
  const { name, version } = details;
  return { __typename: 'Definition' as const, id: globalId('Definition', `${name}@${version}`), ...details };
}

/** A definition's text as it was sent. Throws `TooLarge`. */
export function textOf({
  source,
  format,
}: {
  readonly source: string;
  readonly format?: 'json' | 'yaml' | null;
}): DefinitionText {
  const most = LIMITS.definitionBytes;
  if (Buffer.byteLength(source) > most) {
    const message = `the definition is larger than ${most} bytes (definitionBytes)`;
    throw new TooLarge('request.too-large', message, 'definitionBytes', most);
  }
  return { text: source, format: format ?? 'yaml' };
}

const sending = z.object({
  idempotencyKey: the.idempotencyKey.optional(),
  ifVersion: z.int().min(0).optional(),
});

/** Who sends a command, and under which conditions: each command of a request has its own. */
export function sendingOf(
  context: Context,
  { idempotencyKey, ifVersion }: WriteArgs & { readonly ifVersion?: number | null },
): Context {
  const { idempotencyKey: key, ifVersion: ifMatch } = read(sending, given({ idempotencyKey, ifVersion }));
  return { ...context, idempotencyKey: key, ifMatch };
}
