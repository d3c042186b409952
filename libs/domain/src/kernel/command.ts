/** A wish, imperative: what somebody wants to happen. A decider answers it with events, or refuses it. */
export interface Command {
  readonly type: string;
}

/**
 * The base of a one-line command class: `class PauseWorkflow extends command('PauseWorkflow')<{ reason?: string }> {}`.
 * The literal `type` routes it to its row of the decider's table; the constructor routes it on a bus.
 */
export function command<const Type extends string>(type: Type) {
  return class<Data extends object> implements Command {
    readonly type = type;
    constructor(readonly data: Data) {}
  };
}
