import { OrreryError } from '@orrery/domain';

/** What is known of an attempt, or undefined if the worker no longer holds it. */
export function unlessLost<Known>(ask: () => Known): Known | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OrreryError) return undefined;
    throw error;
  }
}

/** The attempt that a lease is for stands at its token's head. */
export function attemptOf({ leaseToken }: { readonly leaseToken: string }): number {
  return Number(leaseToken.split('.', 1)[0]);
}
