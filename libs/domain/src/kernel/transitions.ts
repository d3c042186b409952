/** Which value may become which: the rule that a status carries. */
export type Transitions<Status extends string> = { readonly [From in Status]: readonly Status[] };

/** The next status, if the first may become it. Any other is a bug in a decider, not a refusal. */
export function become<Status extends string>(transitions: Transitions<Status>, from: Status, to: Status): Status {
  if (!transitions[from].includes(to)) throw new Error(`a status cannot go from "${from}" to "${to}"`);
  return to;
}
