import { setTimeout as pause } from 'node:timers/promises';
import { eventsOf, kindOf, followed } from '@orrery/application';
import type { DeadLetterRecorded } from '@orrery/domain';
import type { World } from '../../engine/support/world.js';

/** What was recorded as dead letters, when so many are. */
export async function recordedLetters({ store }: World, many: number): Promise<readonly DeadLetterRecorded[]> {
  for (;;) {
    const letters = lettersIn(store);
    if (letters.length >= many) return letters;
    await pause(10);
  }
}

/** What was recorded as dead letters so far. */
export function lettersIn(store: World['store']): readonly DeadLetterRecorded[] {
  const ofLetters = store.committed.filter((commit) => kindOf(followed(commit)) === 'dead-letter');
  const events = ofLetters.flatMap((commit) => eventsOf(commit)).map(({ event }) => event);
  return events.filter((event): event is DeadLetterRecorded => event.type === 'DeadLetterRecorded');
}
