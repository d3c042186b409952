const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Something to be done soon after each call: at once, but not before what was done for an earlier call has rested, for so
 * many milliseconds and twice as long as it took, so that a slow server is asked less often.
 */
export function paced(act: () => Promise<unknown>, restMs: number): () => void {
  let [isWanted, isBusy] = [false, false];
  const work = async () => {
    if (isBusy) return;
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      const began = performance.now();
      await act();
      await pause(Math.max(restMs, 2 * (performance.now() - began)));
    }
    isBusy = false;
  };
  return () => {
    isWanted = true;
    void work();
  };
}
