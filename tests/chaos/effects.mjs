/** The task types that workers outside do in the runs of `shapes.mjs`. */
export const TYPES = ['ext.step', 'ext.effect', 'ext.undo', 'ext.flaky', 'ext.refuse', 'ext.broken'];

/** How long an execution takes, in milliseconds: most are short, and some are not. */
export const durationOf = (random) => (random.chance(0.05) ? random.between(1_000, 3_000) : random.between(2, 150));

/** What comes of an execution: an output that names it, or an error. `mended` has the runs whose broken task is well. */
export function outcomeOf({ execution, workflowId, type, attempt }, mended) {
  const error = (code, retryable) => ({ error: { code, message: `${type} was told to`, retryable } });
  if (type === 'ext.refuse') return error('effect.refused', false);
  if (type === 'ext.flaky' && attempt <= 2) return error('effect.flaky', true);
  if (type === 'ext.broken' && !mended.has(workflowId)) return error('effect.broken', false);
  return { output: { execution } };
}
