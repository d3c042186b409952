/** Why a session over a socket was closed, where it was not simply over. */
export const CLOSE = Object.freeze({
  goingAway: 1001,
  bug: 1011,
  badFrame: 4400,
  outOfTurn: 4405,
  silent: 4408,
  replaced: 4409,
  tooSlow: 4429,
});

/** What a server says in every kind of session before it ends one. */
export type ClosingFrame =
  { readonly type: 'drain' } | { readonly type: 'error'; readonly code: string; readonly message: string };
