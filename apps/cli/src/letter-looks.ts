import type { DeadLetterStatus } from '@orrery/sdk';
import type { Ink } from './output/style.js';

/** How the status of a dead letter looks; it is always written out as well. */
export const LETTER_INKS: { readonly [status in DeadLetterStatus]: Ink } = {
  waiting: 'yellow',
  redriven: 'green',
  dropped: 'dim',
};

export const LETTER_STATUSES = Object.keys(LETTER_INKS) as readonly DeadLetterStatus[];
