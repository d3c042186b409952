import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is true of a process out there, and looks again and again; fails when it stays false. */
export async function until(isTrue: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(25)) {
    if (await isTrue()) return;
  }
  throw new Error(`It did not come true within ${withinMs} ms: ${isTrue.toString()}`);
}
