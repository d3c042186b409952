/** What must never be, each kind with a list of sentences. */
export const violationsByKind = () => ({
  /** Acknowledged, and not in the log. */
  lost: [],
  /** In the log, and nobody's intent. */
  phantom: [],
  /** Accepted more than once. */
  doubleEffect: [],
  /** Not at its end although nothing is in its way. */
  stuck: [],
  /** Told to a subscriber out of its order, or never. */
  reorder: [],
  /** Told otherwise by the views than by the log. */
  divergence: [],
  /** Whatever else breaks a promise. */
  rules: [],
});
