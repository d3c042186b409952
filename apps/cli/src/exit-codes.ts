/** How a command ends, for whoever called it: the same codes for every command. */
export const EXIT = Object.freeze({
  ok: 0,
  /** The run failed, was undone or was cancelled; or the command itself broke. */
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  /** The state does not allow it, something is in the way, or a person said no. */
  conflict: 5,
  unavailable: 6,
  timeout: 7,
  /** Of many, some were refused. */
  partial: 8,
  sigint: 130,
  sigterm: 143,
});

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
