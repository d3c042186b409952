import type { ChangeFanOut, HearChange } from './ports/change-fan-out.js';

/** Listens from when it is first called: a process in which nobody ever waits need not hear of others. */
export function listenWhenAsked(fanOut: ChangeFanOut | undefined, hear: HearChange): () => void {
  let isListening = false;
  return () => {
    if (isListening || !fanOut) return;
    isListening = true;
    fanOut.listen(hear);
  };
}
