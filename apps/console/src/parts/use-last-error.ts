import { useState } from 'react';

/** As much of a question to the API as tells whether it failed. */
export interface Answered {
  readonly isPending: boolean;
  readonly error: unknown;
  readonly errorUpdateCount: number;
}

/**
 * Why a question was not answered. TanStack Query forgets that while it asks again, which lists do by themselves:
 * what is wrong, and the button below it, would be gone for a moment every few seconds.
 */
export function useLastError({ isPending, error, errorUpdateCount }: Answered): unknown {
  const [last, setLast] = useState(error);
  if (error && error !== last) setLast(error);
  return error ?? (isPending && errorUpdateCount > 0 ? last : null);
}
