import type { DeadLetterDetails, PositionTokens } from '@orrery/application';
import { shownDeadLetter } from '@orrery/contract';
import { globalId } from './global-ids.js';

/** A dead letter as its type has it. */
export function letterNode({ position, ...letter }: DeadLetterDetails, tokens: PositionTokens) {
  const { id: deadLetterId, ...shown } = shownDeadLetter(letter);
  const node = { __typename: 'DeadLetter' as const, id: globalId('DeadLetter', deadLetterId), deadLetterId };
  return { ...node, ...shown, position: tokens.write(position) };
}
